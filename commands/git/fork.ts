import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { resourceName } from '../../domain/services.ts';
import type { ForkState } from '../../domain/session/state.ts';
import {
  type Attempt,
  type Effect,
  runScript,
  sandboxOf,
  unlessOver,
  type World,
} from '../effects/context.ts';
import { MAX_PACK_BYTES } from '../ports/repository.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';

/** Bytes of a pack that go into or out of a sandbox at once: in base64, and with its wrapping, less than a command takes. */
const PART_BYTES = 600_000;
const PART_MS = 30_000;
const DONE_MS = 45_000;

/** Prints a part of the pack. It is made with the first, outside the app, and goes with the last. */
const GIVE = `
set -e
pack="/tmp/mk0r-pack-$MK0R_PACK"
if [ "$MK0R_AT" = 0 ]; then
  git cat-file -e "$MK0R_SHA^{commit}" 2>/dev/null || exit 66
  printf '%s\\n' "$MK0R_SHA" | git pack-objects -q --revs --threads=1 --stdout > "$pack"
fi
tail -c "+$((MK0R_AT + 1))" "$pack" | head -c "$MK0R_BYTES" | base64 | tr -d '\\n'
[ "$(wc -c < "$pack")" -ge "$((MK0R_AT + MK0R_BYTES))" ] || rm -f "$pack"
`;

const TAKE = `
set -e
pack="/tmp/mk0r-pack-$MK0R_PACK"
[ "$MK0R_AT" != 0 ] || : > "$pack"
base64 -d >> "$pack"
`;

/**
 * Makes the working tree that commit, with its history. What an app needs beyond the template's own packages is installed
 * where that can be: where not, the app says so as it would of any other missing package.
 */
const STAND = `
set -e
pack="/tmp/mk0r-pack-$MK0R_PACK"
git index-pack --stdin < "$pack" >/dev/null
rm -f "$pack"
git update-ref "refs/mk0r/commits/$MK0R_SHA" "$MK0R_SHA"
if [ -n "$(git status --porcelain)" ]; then
  git add -A
  git update-ref "refs/mk0r/aside/$MK0R_PACK" "$(git commit-tree -p HEAD -m 'Set aside' "$(git write-tree)")"
fi
before=$(git rev-parse HEAD)
git reset -q --hard "$MK0R_SHA"
git diff --quiet "$before" "$MK0R_SHA" -- package.json package-lock.json || timeout 25 npm install --prefer-offline --fetch-retries=0 --no-audit --no-fund >/dev/null 2>&1 || true
`;

const NOT_THERE = 66;
const missing: ProviderError = {
  code: 'version_out_of_reach',
  message:
    'This version is in no repository, and the app it is of is not awake. Open that app, wait until it is awake, then try again.',
  retryable: true,
};
const tooLarge: ProviderError = {
  code: 'code_too_large',
  message: 'The code of this version and its history are more than can be brought over.',
  retryable: false,
};

/** The code of the version this session was forked from, with its history, as the first version of this one. */
export const forkCode: Effect = (world, attempt) => {
  const { fork } = attempt.state;
  if (fork === undefined)
    return TE.left({ code: 'no_fork', message: 'This session is no fork.', retryable: false });
  return pipe(
    TE.Do,
    TE.bind('sandbox', () => sandboxOf(world, attempt.state)),
    TE.bind('pack', () => packOf(world, fork, attempt)),
    TE.tap(({ sandbox, pack }) => stand(sandbox, pack, fork.commit, attempt)),
    TE.map(() => [{ type: 'CodeForked', data: { attemptId: attempt.attemptId, sha: fork.commit } }]),
  );
};

/** From where it is kept; what was not pushed (yet) is in the sandbox of that session alone. */
const packOf = (
  world: World,
  { slug, commit }: ForkState,
  attempt: Attempt,
): TE.TaskEither<ProviderError, Uint8Array> => {
  const { signal } = attempt;
  const kept = world.repository?.pack({ slug, sha: commit, signal }) ?? TE.left(missing);
  const source = world.sandboxes.running(resourceName(slug));
  return pipe(
    kept,
    TE.orElse((error) =>
      source !== undefined
        ? give(source, commit, attempt)
        : TE.left(error.code === 'commit_missing' ? missing : error),
    ),
  );
};

const give =
  (source: Sandbox, sha: string, { attemptId, isOver }: Attempt): TE.TaskEither<ProviderError, Uint8Array> =>
  async () => {
    const parts: Buffer[] = [];
    for (let at = 0; !isOver(); at += PART_BYTES) {
      if (at >= MAX_PACK_BYTES) return E.left(tooLarge);
      const env = {
        MK0R_PACK: attemptId,
        MK0R_SHA: sha,
        MK0R_AT: String(at),
        MK0R_BYTES: String(PART_BYTES),
      };
      const said = await source.exec({
        cmd: ['sh', '-c', GIVE],
        cwd: '/app',
        env,
        timeoutMs: PART_MS,
      })();
      if (E.isLeft(said)) return said;
      if (said.right.exitCode === NOT_THERE) return E.left({ ...missing, retryable: false });
      if (said.right.exitCode !== 0) return E.left(unreadable);
      const part = Buffer.from(said.right.stdout, 'base64');
      parts.push(part);
      if (part.length < PART_BYTES) return E.right(Buffer.concat(parts));
    }
    return E.left(unreadable);
  };

const unreadable: ProviderError = {
  code: 'code_unreadable',
  message: 'The sandbox of the other app did not hand its code over.',
  retryable: true,
};

const stand =
  (sandbox: Sandbox, pack: Uint8Array, sha: string, attempt: Attempt): TE.TaskEither<ProviderError, void> =>
  async () => {
    if (pack.length > MAX_PACK_BYTES) return E.left(tooLarge);
    const { attemptId } = attempt;
    const bytes = Buffer.from(pack);
    for (let at = 0; at < bytes.length; at += PART_BYTES) {
      const stdin = bytes.subarray(at, at + PART_BYTES).toString('base64');
      const env = { MK0R_PACK: attemptId, MK0R_AT: String(at) };
      const taken = await runScript(sandbox, TAKE, { env, stdin, timeoutMs: PART_MS })();
      if (E.isLeft(taken)) return taken;
    }
    const stood = await pipe(
      unlessOver(attempt),
      TE.flatMap(() =>
        runScript(sandbox, STAND, { env: { MK0R_PACK: attemptId, MK0R_SHA: sha }, timeoutMs: DONE_MS }),
      ),
    )();
    return E.isLeft(stood) ? stood : E.right(undefined);
  };
