import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { GitCredential, RepositoryProvider } from '../../../commands/ports/repository.ts';
import type { ProviderError, Provisioned, ProvisionRequest } from '../../../commands/ports/services.ts';
import type { GitHost } from '../embedded/git-host.ts';
import { repositoryName, repositoryPath } from '../embedded/names.ts';
import { embeddedRepositoryProvider } from '../embedded/provider.ts';
import { createRepository, repositoryExists } from '../embedded/storage.ts';
import { githubError } from './errors.ts';
import { fetchMirror, pushMirror, restoreMirror } from './mirror.ts';
import type { GithubProvider } from './provider.ts';

const SHA = /^[0-9a-f]{40}$/;
const FILL_TIMEOUT_MS = 45_000;
/** Of the 15 s a service's step has: it must not be the copy that keeps a repository from being there. */
const RESTORE_TIMEOUT_MS = 5_000;

/**
 * Who pushes to GitHub. By `server`, the sandbox is given nothing of GitHub: it pushes to this server's own git host,
 * with a token for that one repository, and the server pushes every commit on. By `sandbox`, it is given a token of the
 * GitHub App for its one repository, and the server fetches what it has pushed.
 */
export type Pusher = 'server' | 'sandbox';

/**
 * The `github` service at GitHub with a copy of each repository on this server, which the page shows. Where the copy is
 * missing (a new machine, a lost disk) it is fetched again: what GitHub has is what counts.
 */
export const mirroredRepositoryProvider = (
  host: GitHost,
  github: GithubProvider,
  pusher: Pusher = 'server',
  { restoreTimeoutMs = RESTORE_TIMEOUT_MS }: { readonly restoreTimeoutMs?: number } = {},
): RepositoryProvider => {
  const local = embeddedRepositoryProvider(host);
  const place = (slug: string, signal: AbortSignal) => ({
    path: repositoryPath(host.dataDir, repositoryName(slug)),
    env: host.env,
    signal,
  });

  /** A local copy with all that GitHub has; nothing to do where there is one. */
  const localCopy = (slug: string, signal: AbortSignal): TE.TaskEither<ProviderError, void> => {
    const name = repositoryName(slug);
    return pipe(
      TE.tryCatch(() => repositoryExists(host.dataDir, name), githubError('local copy', signal)),
      TE.flatMap((exists) => (exists ? TE.right(undefined) : fillFrom(name, slug, signal))),
    );
  };
  const fillFrom = (name: string, slug: string, signal: AbortSignal) =>
    pipe(
      github.pushCredential(slug, signal),
      TE.flatMap((credential: GitCredential) =>
        TE.tryCatch(
          () =>
            createRepository(host.dataDir, name, { env: host.env, signal }, (draft) =>
              fetchMirror({ path: draft, env: host.env, signal }, credential),
            ),
          githubError('fetch repository', signal),
        ),
      ),
    );

  /**
   * What is there for certain afterwards is the repository: where it was made anew, in the place of one that somebody has
   * deleted, the copy has all that is left of it. What does not go up now goes with the next push.
   */
  const restore = (slug: string, attempt: AbortSignal): TE.TaskEither<ProviderError, void> => {
    const signal = AbortSignal.any([attempt, AbortSignal.timeout(restoreTimeoutMs)]);
    return pipe(
      github.pushCredential(slug, signal),
      TE.flatMap((credential) =>
        TE.tryCatch(
          () => restoreMirror(place(slug, signal), credential),
          githubError('restore repository', signal),
        ),
      ),
      TE.orElse(() => TE.right<ProviderError, void>(undefined)),
    );
  };

  return {
    service: 'github',
    provider: 'github',
    provision: (request: ProvisionRequest) =>
      pipe(
        github.provision(request),
        TE.tap(() => localCopy(request.slug, request.signal)),
        TE.tap(() =>
          request.isFirst === true ? TE.right(undefined) : restore(request.slug, request.signal),
        ),
        TE.map((provisioned): Provisioned => provisioned),
      ),
    // GitHub first: while it is there, a missing local copy would be fetched again.
    release: (request) =>
      pipe(
        github.release(request),
        TE.flatMap(() => local.release(request)),
      ),
    list: (signal) =>
      pipe(
        TE.Do,
        TE.apS('there', github.list(signal)),
        TE.apS('here', local.list(signal)),
        TE.map(({ there, here }) => {
          const slugs = new Set(there.map(({ slug }) => slug));
          const left = here.filter(({ slug }) => !slugs.has(slug));
          return [...there, ...left.map((one) => ({ ...one, isCopy: true as const }))];
        }),
      ),
    credential: (slug) =>
      pusher === 'sandbox'
        ? github.credential(slug)
        : pipe(
            localCopy(slug, AbortSignal.timeout(FILL_TIMEOUT_MS)),
            TE.flatMap(() => local.credential(slug)),
          ),
    // The copy of this server may be behind what another one has pushed.
    pack: (of) =>
      pipe(
        localCopy(of.slug, of.signal),
        TE.flatMap(() => local.pack(of)),
        TE.orElse((error) =>
          error.code === 'commit_missing'
            ? pipe(
                github.pushCredential(of.slug, of.signal),
                TE.flatMap((credential) =>
                  TE.tryCatch(
                    () => fetchMirror(place(of.slug, of.signal), credential),
                    githubError('fetch repository', of.signal),
                  ),
                ),
                TE.flatMap(() => local.pack(of)),
              )
            : TE.left(error),
        ),
      ),
    mirror: ({ slug, sha, signal }) =>
      SHA.test(sha)
        ? pipe(
            localCopy(slug, signal),
            TE.flatMap(() => github.pushCredential(slug, signal)),
            TE.flatMap((credential) =>
              TE.tryCatch(
                () =>
                  pusher === 'sandbox'
                    ? fetchMirror(place(slug, signal), credential)
                    : pushMirror(place(slug, signal), credential, sha),
                githubError('mirror repository', signal),
              ),
            ),
          )
        : TE.left({ code: 'invalid_commit', message: 'a commit is named by its full id', retryable: false }),
  };
};
