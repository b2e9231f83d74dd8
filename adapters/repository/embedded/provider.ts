import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { GitCredential, RepositoryProvider } from '../../../commands/ports/repository.ts';
import type { ListedResource, ProviderError, Provisioned } from '../../../commands/ports/services.ts';
import { toProviderError } from './errors.ts';
import type { GitHost } from './git-host.ts';
import { isSlug, repositoryName } from './names.ts';
import { packFrom } from './pack.ts';
import { createRepository, listRepositories, removeRepository } from './storage.ts';

const CREDENTIAL_MS = 60 * 60_000;
const PROOF_TIMEOUT_MS = 5_000;

/** As GitHub names the user of an installation token, so that one credential helper serves both. */
const USERNAME = 'x-access-token';

const named = (slug: string): TE.TaskEither<ProviderError, string> =>
  isSlug(slug)
    ? TE.right(repositoryName(slug))
    : TE.left({ code: 'invalid_slug', message: 'a slug is 12 characters of a-z and 0-9', retryable: false });

const credentialFor = (host: GitHost, name: string): GitCredential => {
  const expiresAt = Date.now() + CREDENTIAL_MS;
  return {
    url: host.urlOf(name),
    username: USERNAME,
    password: host.tokenFor(name, expiresAt),
    expiresAt: new Date(expiresAt).toISOString(),
  };
};

/** Asks for the refs over HTTP, as a push does first. */
const prove = async (host: GitHost, name: string, signal: AbortSignal): Promise<void> => {
  const { url, username, password } = credentialFor(host, name);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const answer = await fetch(`${url}/info/refs?service=git-receive-pack`, {
    headers: { authorization },
    signal: AbortSignal.any([signal, AbortSignal.timeout(PROOF_TIMEOUT_MS)]),
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`the git host answered ${answer.status}`);
};

const provision = async (host: GitHost, name: string, signal: AbortSignal): Promise<Provisioned> => {
  signal.throwIfAborted();
  await createRepository(host.dataDir, name, { env: host.env, signal });
  await prove(host, name, signal);
  const url = host.urlOf(name);
  return {
    resourceId: name,
    facts: { repository: name, url, branch: 'main' },
    env: { GITHUB_REPO: name, GITHUB_REPO_URL: url },
  };
};

const list = async (host: GitHost): Promise<readonly ListedResource[]> =>
  (await listRepositories(host.dataDir)).map((name) => ({
    resourceId: name,
    name,
    slug: name.slice(repositoryName('').length),
  }));

/**
 * The `github` service on the embedded host: a bare repository `mk0r-<slug>` per session, default branch `main`.
 * Error codes: `invalid_slug`, `aborted`, `repository_timeout`, `repository_error`.
 */
export const embeddedRepositoryProvider = (host: GitHost): RepositoryProvider => ({
  service: 'github',
  provider: 'embedded',
  provision: ({ slug, signal }) =>
    pipe(
      named(slug),
      TE.flatMap((name) =>
        TE.tryCatch(() => provision(host, name, signal), toProviderError('provision repository', signal)),
      ),
    ),
  release: ({ slug, signal }) =>
    pipe(
      named(slug),
      TE.flatMap((name) =>
        TE.tryCatch(
          () => removeRepository(host.dataDir, name),
          toProviderError('release repository', signal),
        ),
      ),
    ),
  pack: packFrom(host),
  list: (signal) => TE.tryCatch(() => list(host), toProviderError('list repositories', signal)),
  credential: (slug) =>
    pipe(
      named(slug),
      TE.map((name) => credentialFor(host, name)),
    ),
});
