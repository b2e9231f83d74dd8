import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { SessionEvent, SessionEventOf } from '../events.ts';
import type { Refusal } from '../refusals.ts';
import { isDone, type SessionState } from '../state.ts';

/** Characters of a statement. */
export const MAX_STATEMENT_CHARS = 20_000;

export type ChangeData = SessionEventOf<'DataChangeRequested'>['data'];

/** What the owner is about to change in the app's own database, said before it is done. */
export const decideChangeData = (
  change: ChangeData,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  if (!isDone(state, 'neon')) return left({ tag: 'ServiceNotThere' });
  return right([{ type: 'DataChangeRequested', data: change }]);
};
