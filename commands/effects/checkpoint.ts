import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { MAX_COPIES, toDrop } from '../../domain/session/checkpoints.ts';
import type { SessionEvent, SessionEventOf } from '../../domain/session/events.ts';
import { isDone, type SessionState } from '../../domain/session/state.ts';
import type { Checkpoints, Copy } from '../ports/checkpoints.ts';
import type { Effect, World } from './context.ts';

/** Keeps the database as it is at the end of a turn, which is also the moment of its commit. */
export const takeCheckpoint: Effect = (world, { state, attemptId, signal, isOver }) => {
  const checkpoints = checkpointsOf(world, state);
  const due = state.checkpointDue;
  if (checkpoints === undefined) {
    const reason = 'this database cannot be kept at a moment';
    return TE.right([{ type: 'StepSkipped', data: { step: 'checkpoint', reason } }]);
  }
  if (due === undefined)
    return TE.left({ code: 'no_checkpoint', message: 'No checkpoint is due.', retryable: false });
  const { checkpointId, sha, reason } = due;
  return pipe(
    checkpoints.take({ ...databaseOf(state), checkpointId, keep: kept(state), signal, isOver }),
    TE.map((copy) => [taken(checkpoints, state, copy, { attemptId, sha, reason })]),
  );
};

/** Those of the provider the session's database is at; a server may be configured for another by now. */
export const checkpointsOf = (
  { checkpoints, providers }: World,
  { provisioned }: SessionState,
): Checkpoints | undefined =>
  provisioned.neon?.provider === providers.neon?.provider ? checkpoints : undefined;

export const databaseOf = ({ slug, provisioned: { neon } }: SessionState) => ({
  slug,
  ...(neon === undefined ? {} : { resourceId: neon.resourceId }),
});

export const kept = (state: SessionState): readonly string[] => {
  const { checkpoints, history } = state;
  return [
    ...new Set([
      ...checkpoints.map(({ checkpointId }) => checkpointId),
      ...(history?.move?.restore === undefined ? [] : [history.move.restore]),
      // What an attempt whose answer was lost has kept is what the next one answers with.
      ...(isBringingData(state) ? [forkMove(state)] : []),
    ]),
  ];
};

/** Names the coming of a fork's data, and what that took the place of. */
export const forkMove = ({ slug }: SessionState): string => `fork-${slug}`;

const isBringingData = (state: SessionState): boolean =>
  state.fork?.checkpointId !== undefined && !isDone(state, 'fork_data');

/**
 * What is given up for it is only said here. It is removed with the next one that is taken: the log must never name a
 * copy that is gone.
 */
export const taken = (
  { most }: Checkpoints,
  state: SessionState,
  { checkpointId, bytes, tables }: Copy,
  of: Pick<SessionEventOf<'CheckpointTaken'>['data'], 'attemptId' | 'sha' | 'reason'>,
): SessionEvent => {
  const dropped = toDrop(
    state.checkpoints,
    { checkpointId, bytes },
    { most: Math.min(most, MAX_COPIES), needed: state.history?.move?.restore },
  );
  return { type: 'CheckpointTaken', data: { ...of, checkpointId, bytes, tables, dropped } };
};
