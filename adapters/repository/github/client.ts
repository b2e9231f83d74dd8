import { createAppAuth } from '@octokit/auth-app';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { guardedFetch } from '../../provider-api/guarded-fetch.ts';
import { unexpected } from './errors.ts';

/** A personal access token, or a GitHub App installed in the organisation. */
export type GithubCredentials =
  | { readonly token: string }
  | {
      readonly appId: string;
      /** PEM. */
      readonly privateKey: string;
      readonly installationId: number;
    };

export type GithubOptions = {
  readonly credentials: GithubCredentials;
  /** Repositories belong to it; without one to the user whose token it is. An App needs one. */
  readonly org?: string;
  /** `https://api.github.com` when left out; an Enterprise server's ends in `/api/v3`. */
  readonly baseUrl?: string;
  /** `off` only where nobody limits us, which is a test. GitHub asks for writes one after the other, one a second. */
  readonly throttle?: 'on' | 'off';
};

export const GITHUB_API = 'https://api.github.com';

const TIMEOUT_MS = 10_000;

/**
 * What another attempt of the journal is for. A limit is waited for there as well, where the attempt's deadline does
 * not run and everybody sees it; and 500 is what an aborted call looks like from inside Octokit.
 */
const NOT_RETRIED_HERE = [400, 401, 403, 404, 409, 410, 422, 429, 451, 500];

const Client = Octokit.plugin(throttling, retry);

/** Octokit, bounded: every call has a timeout, follows no redirect and no link off its own host, reads 8 MiB at most. */
export const githubClient = ({ credentials, baseUrl = GITHUB_API, throttle = 'on' }: GithubOptions) => {
  const { origin } = new URL(baseUrl);
  const boundedFetch = (url: string | URL, init?: RequestInit): Promise<Response> => {
    // Pages are found by `Link` headers, and the credential would go wherever they point.
    if (new URL(url).origin !== origin) throw unexpected('a link to another host');
    // A page of a hundred repositories is about 600 KB.
    return guardedFetch({ service: 'GitHub', timeoutMs: TIMEOUT_MS, maxBytes: 8 * 2 ** 20 }, url, init);
  };
  return new Client({
    baseUrl,
    userAgent: 'mk0r',
    ...('token' in credentials
      ? { auth: credentials.token }
      : { authStrategy: createAppAuth, auth: credentials }),
    request: { fetch: boundedFetch },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    retry: { doNotRetry: NOT_RETRIED_HERE, retries: 1 },
    throttle:
      throttle === 'off'
        ? { enabled: false }
        : {
            id: `mk0r-${origin}`,
            onRateLimit: () => false,
            onSecondaryRateLimit: () => false,
          },
  });
};

export type GithubClient = ReturnType<typeof githubClient>;

/** A call that only looks may be repeated once after a 502, 503 or 504; one that changes something may not. */
export const reading = (signal: AbortSignal) => ({ request: { signal, retries: 1 } });
export const writing = (signal: AbortSignal) => ({ request: { signal, retries: 0 } });
