import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { MAX_PACK_BYTES, type RepositoryProvider } from '../../../commands/ports/repository.ts';
import type { ProviderError } from '../../../commands/ports/services.ts';
import { toProviderError } from './errors.ts';
import type { GitHost } from './git-host.ts';
import { repositoryName, repositoryPath } from './names.ts';
import { GitFailed, runGit } from './run-git.ts';

const SHA = /^[0-9a-f]{40}$/;
const SLUG = /^[a-z0-9]{12}$/;
const TIMEOUT_MS = 30_000;

const refusal = (code: string, message: string): ProviderError => ({ code, message, retryable: false });

/** A commit by its full name, also one that only `refs/mk0r/commits` lead to, with all its ancestors. */
export const packFrom =
  ({ dataDir, env }: GitHost): RepositoryProvider['pack'] =>
  ({ slug, sha, signal }) => {
    if (!SLUG.test(slug)) return TE.left(refusal('invalid_slug', 'a slug is 12 characters of a-z and 0-9'));
    if (!SHA.test(sha)) return TE.left(refusal('invalid_commit', 'a commit is named by its full id'));
    const cwd = repositoryPath(dataDir, repositoryName(slug));
    const git = (args: readonly string[], maxBytes: number, stdin?: string) =>
      runGit(['--git-dir=.', ...args], {
        env,
        cwd,
        maxBytes,
        signal,
        timeoutMs: TIMEOUT_MS,
        ...(stdin === undefined ? {} : { stdin }),
      });
    return pipe(
      TE.tryCatch(
        () =>
          git(['cat-file', '-e', `${sha}^{commit}`], 100).then(
            () => true,
            (error: unknown) => {
              if (error instanceof GitFailed || isMissing(error)) return false;
              throw error;
            },
          ),
        toProviderError('read repository', signal),
      ),
      TE.flatMap((isThere) =>
        isThere
          ? TE.tryCatch(
              () => git(['pack-objects', '-q', '--revs', '--stdout'], MAX_PACK_BYTES, `${sha}\n`),
              toProviderError('read repository', signal),
            )
          : TE.left(refusal('commit_missing', 'The repository does not have this commit.')),
      ),
      TE.flatMap(({ stdout, truncated }) =>
        truncated
          ? TE.left(refusal('code_too_large', 'The code and its history are more than can be brought over.'))
          : TE.right<ProviderError, Uint8Array>(stdout),
      ),
    );
  };

/** No such folder: nothing was ever made, or it is released. */
const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
