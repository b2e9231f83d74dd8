import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Effect, runScript, sandboxOf } from '../effects/context.ts';

/**
 * Puts the working tree at a commit. What was not committed is kept as a commit of its own ref first: a move deletes
 * nothing. Files git ignores (`.env`, `node_modules`) stay as they are.
 */
const SCRIPT = `
set -e
if [ -n "$(git status --porcelain)" ]; then
  git add -A
  git update-ref "refs/mk0r/aside/$MK0R_MOVE" "$(git commit-tree -p HEAD -m 'Set aside before a move' "$(git write-tree)")"
fi
git reset -q --hard "$MK0R_SHA"
`;

export const moveHistory: Effect = (world, { state, attemptId }) => {
  const move = state.history?.move;
  if (move === undefined) {
    return TE.left({ code: 'no_move', message: 'No move was asked for.', retryable: false });
  }
  const { from, to, kind, moveId } = move;
  return pipe(
    sandboxOf(world, state),
    TE.flatMap((sandbox) =>
      runScript(sandbox, SCRIPT, { env: { MK0R_SHA: to, MK0R_MOVE: moveId }, timeoutMs: 25_000 }),
    ),
    TE.map(() => [{ type: 'HistoryMoved', data: { attemptId, from, to, kind, data: 'kept' } }]),
  );
};
