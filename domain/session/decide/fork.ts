import { type Either, left, right } from 'fp-ts/lib/Either.js';
import { checkpointOf } from '../checkpoints.ts';
import type { SessionEvent } from '../events.ts';
import { isGoneForGood } from '../fork-errors.ts';
import { isKnown } from '../history.ts';
import { isForking, isWorkedOn } from '../process-managers/forks.ts';
import type { Refusal } from '../refusals.ts';
import { type ForkState, isGivenUp, type SessionState, stepOf } from '../state.ts';

export type ForkVersion = { readonly commit: string; readonly data: 'kept' | 'empty' };

/** What a fork of that version takes from this session, which stays as it is. */
export const decideFork = (
  { commit, data }: ForkVersion,
  state: SessionState,
): Either<Refusal, ForkState> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  if (state.mode !== 'full') return left({ tag: 'NotFull' });
  const { history, sessionId: from, slug } = state;
  if (history === undefined || state.readyAt === undefined) return left({ tag: 'NotReady' });
  if (isForking(state)) return left({ tag: 'ForkRunning' });
  if (!isKnown(history, commit)) return left({ tag: 'CommitUnknown' });
  if (data === 'empty') return right({ from, slug, commit, data });
  const checkpoint = checkpointOf(state.checkpoints, commit);
  if (checkpoint === undefined) return left({ tag: 'NoDataToFork' });
  return right({ from, slug, commit, data, checkpointId: checkpoint.checkpointId });
};

/** What of it was given up on is tried again, for as long as it would not take the place of anything. */
export const decideRetryFork = (state: SessionState): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  const missed = (['fork_data', 'fork_code'] as const)
    .map((step) => stepOf(state, step))
    .filter((step) => isGivenUp(step));
  if (state.fork === undefined || !(missed.length > 0 || isForking(state)))
    return left({ tag: 'NothingToBring' });
  if (missed.length === 0) return right([]);
  if (missed.every((step) => step.status === 'parked' && isGoneForGood(step.error)))
    return left({ tag: 'ForkGone' });
  return isWorkedOn(state) ? left({ tag: 'ForkInUse' }) : right([{ type: 'ForkRetryRequested', data: {} }]);
};
