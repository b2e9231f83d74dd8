import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Attempt, bridgeToken, runScript, unlessOver, type World } from '../effects/context.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';

const SCRIPT = `
set -e
git remote get-url origin >/dev/null 2>&1 && git remote set-url origin "$MK0R_REMOTE" || git remote add origin "$MK0R_REMOTE"
git fetch -q origin "+refs/heads/main:refs/remotes/origin/main" "+refs/mk0r/commits/*:refs/mk0r/commits/*"
git reset -q --hard "$MK0R_SHA"
`;

/** The last pushed commit into a fresh sandbox; nothing to do where nothing was ever pushed. */
export const restoreFromRepository = (
  world: World,
  attempt: Attempt,
  sandbox: Sandbox,
): TE.TaskEither<ProviderError, void> => {
  const { repository } = world;
  const { state } = attempt;
  const { pushed } = state;
  if (repository === undefined || pushed === undefined) return TE.right(undefined);
  return pipe(
    repository.credential(state.slug),
    TE.tap((credential) =>
      world.agent.setGitCredential(sandbox, bridgeToken(world, state.sessionId), credential),
    ),
    TE.tap(() => unlessOver(attempt)),
    TE.flatMap(({ url }) =>
      runScript(sandbox, SCRIPT, { env: { MK0R_REMOTE: url, MK0R_SHA: pushed }, timeoutMs: 45_000 }),
    ),
    TE.map(() => undefined),
  );
};
