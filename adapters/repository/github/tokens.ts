import { z } from 'zod';
import type { GitCredential } from '../../../commands/ports/repository.ts';
import type { GithubClient, GithubCredentials } from './client.ts';
import { unexpected } from './errors.ts';
import type { Repository } from './repositories.ts';

const installationToken = z.object({ token: z.string().min(20), expiresAt: z.iso.datetime() });

/** GitHub ends an installation token after an hour; one that is about to end is not handed out again. */
const SHORTEST_LEFT_MS = 20 * 60_000;

/** As GitHub names the user of an installation token; a personal token takes any name. */
const USERNAME = 'x-access-token';

/**
 * A token for pushing to and cloning that one repository, for an hour at most. Only a GitHub App can make one;
 * `undefined` where all there is is a personal token, which opens every repository of its owner.
 */
export const repositoryToken = async (
  client: GithubClient,
  credentials: GithubCredentials,
  { id }: Repository,
): Promise<Pick<GitCredential, 'username' | 'password' | 'expiresAt'> | undefined> => {
  if ('token' in credentials) return undefined;
  const ask = async (refresh: boolean) => {
    const answer: unknown = await client.auth({
      type: 'installation',
      repositoryIds: [id],
      permissions: { contents: 'write' },
      refresh,
    });
    const token = installationToken.safeParse(answer);
    if (!token.success) throw unexpected('an installation token that is none');
    return token.data;
  };
  const cached = await ask(false);
  const fresh = Date.parse(cached.expiresAt) - Date.now() > SHORTEST_LEFT_MS;
  const { token, expiresAt } = fresh ? cached : await ask(true);
  return { username: USERNAME, password: token, expiresAt };
};
