import { runScript } from '../effects/context.ts';
import type { Sandbox } from '../ports/sandboxes.ts';

/**
 * Puts the working tree at a commit. What was not committed is kept under a ref of its own first: nothing is deleted by
 * it. Files git ignores (`.env`, `node_modules`) stay as they are.
 */
const SCRIPT = `
set -e
if [ -n "$(git status --porcelain)" ]; then
  git add -A
  git update-ref "refs/mk0r/aside/$MK0R_ASIDE" "$(git commit-tree -p HEAD -m 'Set aside' "$(git write-tree)")"
fi
git reset -q --hard "$MK0R_SHA"
`;

/** @param aside the name under which uncommitted changes can be found again, e.g. the id of the move */
export const rewind = (sandbox: Sandbox, { sha, aside }: { readonly sha: string; readonly aside: string }) =>
  runScript(sandbox, SCRIPT, { env: { MK0R_SHA: sha, MK0R_ASIDE: aside }, timeoutMs: 25_000 });
