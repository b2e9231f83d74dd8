import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { bridgeToken, type Effect, runScript, sandboxOf, unlessOver } from '../effects/context.ts';
import type { GitCredential } from '../ports/repository.ts';
import type { Sandbox } from '../ports/sandboxes.ts';

/**
 * `main` follows the working tree, undo included; every turn's commit also keeps a ref of its own, so that what a move
 * left behind stays in the repository.
 */
const SCRIPT = `
set -e
git remote get-url origin >/dev/null 2>&1 && git remote set-url origin "$MK0R_REMOTE" || git remote add origin "$MK0R_REMOTE"
git update-ref "refs/mk0r/commits/$MK0R_SHA" "$MK0R_SHA"
git push -q --force --no-verify origin "+$MK0R_SHA:refs/heads/main" "refs/mk0r/commits/*:refs/mk0r/commits/*"
`;

/** A commit counts as pushed when it is where it is kept, which may be one step further than the sandbox can go. */
export const pushCommit: Effect = (world, attempt) => {
  const { state, attemptId, signal } = attempt;
  const { repository } = world;
  const sha = state.history?.at;
  if (repository === undefined || sha === undefined) {
    return TE.left({
      code: 'no_repository',
      message: 'There is no repository to push to.',
      retryable: false,
    });
  }
  return pipe(
    TE.Do,
    TE.bind('sandbox', () => sandboxOf(world, state)),
    TE.bind('credential', () => repository.credential(state.slug)),
    TE.tap(({ sandbox, credential }) =>
      world.agent.setGitCredential(sandbox, bridgeToken(world, state.sessionId), credential),
    ),
    // What another attempt has pushed since is further on than this.
    TE.tap(() => unlessOver(attempt)),
    TE.tap(({ sandbox, credential }) => push(sandbox, credential, sha)),
    TE.tap(() => repository.mirror?.({ slug: state.slug, sha, signal }) ?? TE.right(undefined)),
    TE.map(() => [{ type: 'CommitPushed', data: { attemptId, sha } }]),
  );
};

const push = (sandbox: Sandbox, { url }: GitCredential, sha: string) =>
  runScript(sandbox, SCRIPT, { env: { MK0R_REMOTE: url, MK0R_SHA: sha }, timeoutMs: 50_000 });
