import * as TE from 'fp-ts/lib/TaskEither.js';
import { z } from 'zod';
import type { Diagnose, Diagnosis } from '../../provider-api/diagnosis.ts';
import { ProviderFailure } from '../../provider-api/failure.ts';
import { readable } from '../../provider-api/readable.ts';
import { type GithubClient, type GithubOptions, githubClient, reading } from './client.ts';
import { githubError } from './errors.ts';

const account = z.object({ login: z.string() });
const installation = z.object({ account, permissions: z.record(z.string(), z.string()) });

type Headers = Readonly<Record<string, string | number | undefined>>;

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;
/** A classic token's scopes; a fine-grained one has permissions instead, which GitHub does not tell. */
const SCOPES = ['repo', 'delete_repo'];
const PERMISSIONS = ['administration', 'contents'];

const limitsOf = (headers: Headers): string => {
  const [left, limit] = [headers['x-ratelimit-remaining'], headers['x-ratelimit-limit']];
  return limit === undefined ? 'rate not told' : `${left} of ${limit} calls left this hour`;
};

const missingScopes = (headers: Headers): readonly string[] => {
  const told = headers['x-oauth-scopes'];
  if (typeof told !== 'string' || told === '') return [];
  const scopes = told.split(',').map((scope) => scope.trim());
  return SCOPES.filter((scope) => !scopes.includes(scope));
};

const expiry = (headers: Headers): readonly string[] => {
  const at = Date.parse(String(headers['github-authentication-token-expiration'] ?? '').replace(' UTC', 'Z'));
  const days = Math.floor((at - Date.now()) / DAY_MS);
  return Number.isNaN(days) || days > SOON_DAYS
    ? []
    : [`The token expires in ${days} days: make a new one and set GITHUB_PROVISIONING_TOKEN.`];
};

const underPrivileged = (lacks: readonly string[], where: string): ProviderFailure =>
  new ProviderFailure({
    code: 'key_underprivileged',
    message: `The credential lacks ${lacks.join(' and ')}. Grant it ${where}.`,
    retryable: false,
  });

/** `GET /user`, and the organisation where there is one: both only look. */
const askAsUser = async (
  client: GithubClient,
  org: string | undefined,
  signal: AbortSignal,
): Promise<Diagnosis> => {
  const { data, headers } = await client.users.getAuthenticated(reading(signal));
  const lacks = missingScopes(headers);
  if (lacks.length > 0)
    throw underPrivileged(
      lacks.map((scope) => `the scope ${scope}`),
      'at github.com/settings/tokens',
    );
  if (org !== undefined) await client.orgs.get({ org, ...reading(signal) });
  const { login } = account.parse(data);
  return {
    identity: `user ${readable(login)}${org === undefined ? '' : `, organisation ${org}`}`,
    limits: limitsOf(headers),
    warnings: expiry(headers),
  };
};

/** `GET /app/installations/{id}` tells what the App may do, and where. */
const askAsApp = async (
  client: GithubClient,
  installationId: number,
  org: string | undefined,
  signal: AbortSignal,
): Promise<Diagnosis> => {
  const { data, headers } = await client.apps.getInstallation({
    installation_id: installationId,
    ...reading(signal),
  });
  const { account: where, permissions } = installation.parse(data);
  const lacks = PERMISSIONS.filter((name) => permissions[name] !== 'write');
  if (lacks.length > 0)
    throw underPrivileged(
      lacks.map((name) => `the permission ${name}: write`),
      "in the App's settings",
    );
  const isThere = org?.toLowerCase() === where.login.toLowerCase();
  return {
    identity: `App installation in ${readable(where.login)}`,
    limits: limitsOf(headers),
    warnings: isThere
      ? []
      : [`The App is installed in ${readable(where.login)}, not in GITHUB_ORG. Correct one.`],
  };
};

export const diagnoseGithub = (options: GithubOptions): Diagnose => {
  const { credentials, org } = options;
  const client = githubClient(options);
  return (signal) =>
    TE.tryCatch(
      () =>
        'token' in credentials
          ? askAsUser(client, org, signal)
          : askAsApp(client, credentials.installationId, org, signal),
      githubError('ask GitHub', signal),
    );
};
