import { type Projection, sessionKey } from '../projection.ts';
import type { SessionView } from '../views.ts';
import { evolveSessionView } from './evolve.ts';

/** What the session page needs, one document per session. */
export const sessionView: Projection<SessionView> = {
  name: 'session_view',
  version: 5,
  keyOf: sessionKey,
  evolve: evolveSessionView,
  indexes: ({ slug }) => ({ slug: [slug] }),
  ignores: new Set([
    ...['AgentSaid', 'ToolCalled', 'ToolReturned', 'VariableRevealed', 'DataChangeRequested'],
    ...['TurnLeaseRenewed', 'TurnVerified', 'CorrectionRequested'],
  ]),
};
