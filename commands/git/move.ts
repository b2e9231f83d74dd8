import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Effect, sandboxOf } from '../effects/context.ts';
import { rewind } from './rewind.ts';

/** Undo, redo and jump are one thing in the sandbox: its files become those of another commit. */
export const moveHistory: Effect = (world, { state, attemptId }) => {
  const move = state.history?.move;
  if (move === undefined) {
    return TE.left({ code: 'no_move', message: 'No move was asked for.', retryable: false });
  }
  const { from, to, kind, moveId } = move;
  return pipe(
    sandboxOf(world, state),
    TE.flatMap((sandbox) => rewind(sandbox, { sha: to, aside: moveId })),
    TE.map(() => [{ type: 'HistoryMoved', data: { attemptId, from, to, kind, data: 'kept' } }]),
  );
};
