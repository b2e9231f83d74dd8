import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { SessionEvent, SessionEventOf } from '../events.ts';
import { MAX_FIXES } from '../fixes.ts';
import type { Refusal } from '../refusals.ts';
import { runningTurn, type SessionState } from '../state.ts';

/** Errors kept of one commit: an app that fails in a hundred ways is read about in its first ten. */
export const MAX_APP_ERRORS = 10;

/** What was submitted since somebody last said something of their own; what was taken back counts for nothing. */
const sinceOwnWords = (state: SessionState) => {
  const turns = state.turns.filter(({ status }) => status !== 'cancelled');
  return turns.slice(turns.findLastIndex(({ fixes }) => fixes === undefined) + 1);
};

/** How often the agent was sent at this error since somebody last said something of their own. */
export const fixesOf = (state: SessionState, fingerprint: string): number =>
  sinceOwnWords(state).filter(({ fixes }) => fixes === fingerprint).length;

/** Why the agent is not sent at the error once more, or `undefined` when it may be. */
export const whyNoFix = (state: SessionState, fingerprint: string): Refusal | undefined => {
  const isUnderWay = state.turns.some(
    ({ fixes, status }) =>
      fixes === fingerprint && (status === 'queued' || status === 'running' || status === 'cancelling'),
  );
  if (isUnderWay) return { tag: 'FixRunning' };
  const attempts = fixesOf(state, fingerprint);
  if (attempts >= MAX_FIXES) return { tag: 'FixGivenUp', attempts };
  const isSeen = state.appErrors.some(
    (known) => known.fingerprint === fingerprint && known.sha === state.history?.at,
  );
  return isSeen ? undefined : { tag: 'AppErrorUnknown' };
};

export type NoteAppError = Omit<SessionEventOf<'AppErrorSeen'>['data'], 'sha'>;

/**
 * Records an error of the app once for each commit. While the agent works, what it has half written fails as a matter of
 * course; what is still broken afterwards is seen again.
 */
export const decideNoteAppError = (
  command: NoteAppError,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  const sha = state.history?.at;
  if (sha === undefined || state.history?.move !== undefined || runningTurn(state) !== undefined)
    return right([]);
  const known = state.appErrors.filter((error) => error.sha === sha);
  const isKnown = known.some(({ fingerprint }) => fingerprint === command.fingerprint);
  return isKnown || known.length >= MAX_APP_ERRORS
    ? right([])
    : right([{ type: 'AppErrorSeen', data: { ...command, sha } }]);
};
