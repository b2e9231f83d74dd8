import { lazy, Suspense } from 'react';
import type { Screen } from '../routing/router.ts';
import { Gate } from './gate.tsx';

const OperationsScreen = lazy(async () => ({
  default: (await import('./operations/operations-screen.tsx')).OperationsScreen,
}));
const AuditScreen = lazy(async () => ({
  default: (await import('./audit/audit-screen.tsx')).AuditScreen,
}));
const HistoryScreen = lazy(async () => ({
  default: (await import('./audit/history-screen.tsx')).HistoryScreen,
}));

/** The pages of whoever runs the server. */
export const OperatorScreen = ({
  screen,
}: {
  readonly screen: Extract<Screen, { readonly name: 'operations' | 'audit' }>;
}) => (
  <Gate>
    {(onSignedOut) => (
      <Suspense fallback={<div className="h-dvh bg-canvas" aria-busy="true" />}>
        {screen.name === 'operations' ? (
          <OperationsScreen onSignedOut={onSignedOut} />
        ) : screen.sessionId === undefined ? (
          <AuditScreen onSignedOut={onSignedOut} />
        ) : (
          <HistoryScreen key={screen.sessionId} sessionId={screen.sessionId} onSignedOut={onSignedOut} />
        )}
      </Suspense>
    )}
  </Gate>
);
