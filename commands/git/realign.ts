import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Attempt, runScript, unlessOver, type World } from '../effects/context.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';
import { restoreFromRepository } from './restore.ts';
import { gitSetup } from './setup.ts';

/**
 * Puts the working tree where the log has it, if the commit is there; what was not committed is kept under a ref of its
 * own. Says `missing` where it is not: only then may the repository's older state take its place.
 */
const SCRIPT = `
set -e
git cat-file -e "$MK0R_SHA^{commit}" 2>/dev/null || { echo missing; exit 0; }
if [ -n "$(git status --porcelain)" ]; then
  git add -A
  git update-ref "refs/mk0r/aside/$MK0R_ASIDE" "$(git commit-tree -p HEAD -m 'Set aside' "$(git write-tree)")"
fi
git reset -q --hard "$MK0R_SHA"
echo there
`;

/**
 * Verifies that a sandbox which came back stands at the commit the log names. Where its files were lost, they are those
 * of the last pushed commit. Answers the commit it stands at: a new first one where nothing was ever pushed.
 */
export const realign = (
  world: World,
  attempt: Attempt,
  sandbox: Sandbox,
): TE.TaskEither<ProviderError, string> => {
  const { state, attemptId } = attempt;
  const wanted = state.history?.at;
  return pipe(
    gitSetup(sandbox),
    TE.flatMap((head) => {
      if (wanted === undefined || head === wanted) return TE.right(head);
      const env = { MK0R_SHA: wanted, MK0R_ASIDE: attemptId };
      return pipe(
        unlessOver(attempt),
        TE.flatMap(() => runScript(sandbox, SCRIPT, { env, timeoutMs: 25_000 })),
        TE.flatMap((said) =>
          said.trim() === 'missing' ? restoreFromRepository(world, attempt, sandbox) : TE.right(undefined),
        ),
        TE.flatMap(() => gitSetup(sandbox)),
      );
    }),
  );
};
