import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ProviderError } from '../ports/services.ts';
import { checkpointsOf, databaseOf, forkMove, kept, taken } from './checkpoint.ts';
import type { Effect } from './context.ts';

const refused = (code: string, message: string): ProviderError => ({ code, message, retryable: false });

/** The data of the version this session was forked from takes the place of the empty database it has. */
export const forkData: Effect = (world, { state, attemptId, signal, isOver }) => {
  const { fork, history } = state;
  if (fork?.checkpointId === undefined || history === undefined)
    return TE.left(refused('no_fork', 'No data was to be brought over.'));
  const checkpoints = checkpointsOf(world, state);
  if (checkpoints === undefined)
    return TE.left(
      refused('no_checkpoints', 'This server cannot bring data over into the database of this app.'),
    );
  const from = { slug: fork.slug, checkpointId: fork.checkpointId };
  return pipe(
    checkpoints.bring({
      ...databaseOf(state),
      from,
      moveId: forkMove(state),
      keep: kept(state),
      signal,
      isOver,
    }),
    TE.map(({ before, tables }) => [
      taken(checkpoints, state, before, { attemptId, sha: history.at, reason: 'fork' }),
      { type: 'DataForked', data: { attemptId, checkpointId: from.checkpointId, tables } },
    ]),
  );
};
