import { lazy, Suspense } from 'react';
import { FirstScreen } from './first/first-screen.tsx';
import { JoinScreen } from './join-screen.tsx';
import { NotFound } from './not-found.tsx';
import { screenOf, usePath } from './routing/router.ts';

const loadSession = () => import('./session/session-screen.tsx');
const SessionScreen = lazy(async () => ({ default: (await loadSession()).SessionScreen }));
const OperatorScreen = lazy(async () => ({
  default: (await import('./operator/operator-screen.tsx')).OperatorScreen,
}));

/** Fetches the session screen's code while somebody is still typing. */
export const preloadSession = (): void => void loadSession().catch(() => undefined);

export const App = () => {
  const screen = screenOf(usePath());
  if (screen.name === 'first') return <FirstScreen onIdle={preloadSession} />;
  if (screen.name === 'join') return <JoinScreen sessionId={screen.sessionId} />;
  if (screen.name === 'unknown') return <NotFound sentence="There is no page at this address." />;
  return (
    <Suspense fallback={<div className="h-dvh bg-canvas" aria-busy="true" />}>
      {screen.name === 'session' ? (
        <SessionScreen key={screen.sessionId} sessionId={screen.sessionId} />
      ) : (
        <OperatorScreen screen={screen} />
      )}
    </Suspense>
  );
};
