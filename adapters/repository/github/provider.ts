import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { GitCredential, RepositoryProvider } from '../../../commands/ports/repository.ts';
import type {
  ListedResource,
  ProviderError,
  Provisioned,
  ProvisionRequest,
} from '../../../commands/ports/services.ts';
import { ProviderFailure } from '../../provider-api/failure.ts';
import { GITHUB_API, type GithubOptions, githubClient } from './client.ts';
import { githubError } from './errors.ts';
import { githubRepositories, type Repository } from './repositories.ts';
import { repositoryToken } from './tokens.ts';

const SLUG = /^[a-z0-9]{12}$/;
const NAME = /^mk0r-([a-z0-9]{12})$/;
const CREDENTIAL_TIMEOUT_MS = 15_000;

/** Where git reaches the repositories whose API this is: an Enterprise server serves both from one host. */
const gitOrigin = (baseUrl: string): string =>
  baseUrl === GITHUB_API ? 'https://github.com' : new URL(baseUrl).origin;

const NO_TOKEN: ProviderError = {
  code: 'no_repository_token',
  message:
    'A personal access token opens every repository of its owner and is not handed out. Use a GitHub App, or let the server push.',
  retryable: false,
};
const MISSING: ProviderError = {
  code: 'unknown_repository',
  message: 'GitHub has no such repository of ours.',
  retryable: true,
};

/**
 * The `github` service at GitHub: a private repository `mk0r-<slug>` per session. Its `credential` is an installation
 * token for that one repository, which takes a GitHub App; `pushCredential` is for this server alone and may be the
 * personal token. Error codes: `invalid_slug`, `aborted`, `key_refused`, `rate_limited` (with when to come back),
 * `name_taken`, `no_repository_token`, `provider_*`, `http_<status>`.
 */
export const githubProvider = (options: GithubOptions): GithubProvider => {
  const { credentials, org, baseUrl = GITHUB_API } = options;
  const client = githubClient(options);
  const repositories = githubRepositories(client, org);

  const attempt = <A>(
    doing: string,
    { slug, signal }: Pick<ProvisionRequest, 'slug' | 'signal'>,
    work: () => Promise<A>,
  ): TE.TaskEither<ProviderError, A> =>
    SLUG.test(slug)
      ? TE.tryCatch(
          async () => {
            signal.throwIfAborted();
            return work();
          },
          githubError(doing, signal),
        )
      : TE.left({
          code: 'invalid_slug',
          message: 'a slug is 12 characters of a-z and 0-9',
          retryable: false,
        });

  const credentialFor = async (
    slug: string,
    signal: AbortSignal,
    otherwise: Pick<GitCredential, 'username' | 'password' | 'expiresAt'> | undefined,
  ): Promise<GitCredential> => {
    const found = await repositories.find(slug, signal);
    if (found === undefined) throw new ProviderFailure(MISSING);
    const token = (await repositoryToken(client, credentials, found)) ?? otherwise;
    if (token === undefined) throw new ProviderFailure(NO_TOKEN);
    // Put together here: what an answer calls its clone URL is where the credential would go.
    return { url: `${gitOrigin(baseUrl)}/${found.full_name}.git`, ...token };
  };

  const personal =
    'token' in credentials
      ? {
          username: 'x-access-token',
          password: credentials.token,
          expiresAt: new Date(8_640_000_000_000_000).toISOString(),
        }
      : undefined;

  return {
    service: 'github',
    provider: 'github',
    provision: (request) =>
      attempt('provision repository', request, async () =>
        provisioned(await repositories.adoptOrCreate(request.slug, request.signal)),
      ),
    release: (request) =>
      attempt('release repository', request, async () => {
        const found = await repositories.find(request.slug, request.signal);
        if (found !== undefined) await repositories.remove(found, request.signal);
      }),
    list: (signal) =>
      pipe(
        TE.tryCatch(() => repositories.list(signal), githubError('list repositories', signal)),
        TE.map((all) => all.flatMap(listed)),
      ),
    credential: (slug) => {
      const signal = AbortSignal.timeout(CREDENTIAL_TIMEOUT_MS);
      return attempt('credential', { slug, signal }, () => credentialFor(slug, signal, undefined));
    },
    pushCredential: (slug, signal) =>
      attempt('push credential', { slug, signal }, () => credentialFor(slug, signal, personal)),
  };
};

/** Git is spoken by whoever keeps a copy on this server. */
export type GithubProvider = Omit<RepositoryProvider, 'pack'> & {
  /** What this server itself pushes with. It never leaves the server. */
  readonly pushCredential: (slug: string, signal: AbortSignal) => TE.TaskEither<ProviderError, GitCredential>;
};

const provisioned = ({ id, full_name, html_url }: Repository): Provisioned => ({
  resourceId: String(id),
  facts: { repository: full_name, url: html_url, branch: 'main' },
  env: { GITHUB_REPO: full_name, GITHUB_REPO_URL: html_url },
});

const listed = ({ id, name }: Repository): readonly ListedResource[] => {
  const slug = NAME.exec(name)?.[1];
  return slug === undefined ? [] : [{ resourceId: String(id), name, slug }];
};
