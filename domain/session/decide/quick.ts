import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { SessionEvent } from '../events.ts';
import type { Refusal } from '../refusals.ts';
import { nextTurn, runningTurn, type SessionState } from '../state.ts';

/** What the chat shows where a quick page becomes a full app; the agent is told all that was asked for so far. */
export const UPGRADE_PROMPT = 'Make it a full app, with a backend of its own.';

/** A quick page becomes a full app: its boot begins, and then a turn that builds the app from it. */
export const decideUpgrade = (
  { turnId }: { readonly turnId: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  if (state.mode === 'upgrading') return right([]);
  if (state.mode === 'full') return left({ tag: 'NotQuick' });
  if (state.history?.move !== undefined) return left({ tag: 'MoveRunning' });
  if (runningTurn(state) !== undefined || nextTurn(state) !== undefined) return left({ tag: 'TurnRunning' });
  if (state.turns.length === 0) return right([{ type: 'UpgradeRequested', data: {} }]);
  return right([
    { type: 'UpgradeRequested', data: { turnId } },
    { type: 'TurnSubmitted', data: { turnId, prompt: UPGRADE_PROMPT } },
  ]);
};
