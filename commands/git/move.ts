import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { CodeHistory } from '../../domain/session/state.ts';
import { checkpointsOf, databaseOf, kept, taken } from '../effects/checkpoint.ts';
import { type Attempt, type Effect, sandboxOf, type World } from '../effects/context.ts';
import type { Copy } from '../ports/checkpoints.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';
import { rewind } from './rewind.ts';

type Move = NonNullable<CodeHistory['move']>;

const refused = (code: string, message: string): ProviderError => ({ code, message, retryable: false });

/** Undo, redo and jump are one thing in the sandbox: its files become those of another commit; the data, if wanted, too. */
export const moveHistory: Effect = (world, attempt) => {
  const move = attempt.state.history?.move;
  if (move === undefined) return TE.left(refused('no_move', 'No move was asked for.'));
  const { restore, from, to, kind } = move;
  // The versions of a quick page are no files anywhere: where it stands is all there is to change.
  if (attempt.state.mode === 'quick')
    return TE.right([
      { type: 'HistoryMoved', data: { attemptId: attempt.attemptId, from, to, kind, data: 'kept' } },
    ]);
  return pipe(
    sandboxOf(world, attempt.state),
    TE.flatMap((sandbox) =>
      restore === undefined
        ? moveCode(sandbox, move, attempt)
        : moveBoth(world, sandbox, { ...move, restore }, attempt),
    ),
  );
};

const moveCode = (
  sandbox: Sandbox,
  { from, to, kind, moveId }: Move,
  { attemptId }: Attempt,
): ReturnType<Effect> =>
  pipe(
    rewind(sandbox, { sha: to, aside: moveId }),
    TE.map(() => [{ type: 'HistoryMoved', data: { attemptId, from, to, kind, data: 'kept' } }]),
  );

/** What the data was before the move is kept as that of the commit the code comes from: a move back restores it. */
const moveBoth = (
  world: World,
  sandbox: Sandbox,
  move: Move & { readonly restore: string },
  { state, attemptId, signal, isOver, isTakenOver }: Attempt,
): ReturnType<Effect> => {
  const checkpoints = checkpointsOf(world, state);
  if (checkpoints === undefined)
    return TE.left(refused('no_checkpoints', 'This server cannot restore the database of this app.'));
  const { from, to, kind, moveId, restore } = move;
  return pipe(
    checkpoints.restore({
      ...databaseOf(state),
      checkpointId: restore,
      moveId,
      keep: kept(state),
      signal,
      isOver,
      meanwhile: pipe(
        rewind(sandbox, { sha: to, aside: moveId }),
        TE.map(() => undefined),
      ),
    }),
    // Both or neither: where the data could not follow, the code goes back to it, unless it is for another attempt to say
    // where it stands.
    TE.orElse(
      (error): TE.TaskEither<ProviderError, Copy> =>
        async () => {
          if (!(await isTakenOver())) await rewind(sandbox, { sha: from, aside: `${moveId}-back` })();
          return E.left(error);
        },
    ),
    TE.map((before) => [
      taken(checkpoints, state, before, { attemptId, sha: from, reason: 'move' }),
      { type: 'HistoryMoved', data: { attemptId, from, to, kind, data: 'restored', checkpointId: restore } },
    ]),
  );
};
