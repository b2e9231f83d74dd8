import { z } from 'zod';
import { resourceName } from '../../../domain/services.ts';
import { ProviderFailure } from '../../provider-api/failure.ts';
import { wrongAt } from '../../provider-api/json-api.ts';
import { type GithubClient, reading, writing } from './client.ts';
import { bodyOf, statusOf, unexpected } from './errors.ts';

const repository = z.object({
  id: z.number().int().positive(),
  name: z.string(),
  full_name: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/),
  private: z.boolean(),
  description: z.string().nullable(),
  html_url: z.url({ protocol: /^https?$/ }),
  owner: z.object({ login: z.string() }),
});
const account = z.object({ login: z.string().regex(/^[\w.-]{1,100}$/) });
const creationRefused = z.object({ errors: z.array(z.object({ message: z.string().optional() })) });

export type Repository = z.infer<typeof repository>;

const PAGE = 100;

/** Begins the description of every repository we made: what has our name and not this mark is somebody else's. */
export const MARK = 'Made by mk0r';
const descriptionOf = (slug: string): string =>
  `${MARK} for session ${slug}, and deleted with it: keep a copy.`;

/** GitHub: `name already exists on this account`, under code `custom`. */
const isTaken = (error: unknown): boolean => {
  if (statusOf(error) !== 422) return false;
  const refused = creationRefused.safeParse(bodyOf(error));
  return refused.success && refused.data.errors.some(({ message }) => /already exists/i.test(message ?? ''));
};

const checked = <A>(schema: z.ZodType<A>, data: unknown): A => {
  const result = schema.safeParse(data);
  if (!result.success) throw unexpected(wrongAt(data, result.error));
  return result.data;
};

/** The private repositories of sessions, at one owner. Every call rejects as Octokit does, or with `ProviderFailure`. */
export const githubRepositories = (client: GithubClient, org: string | undefined) => {
  let user: Promise<string> | undefined;

  /** Whose repositories they are: the organisation, else the user behind the token, asked for once. */
  const owner = async (signal: AbortSignal): Promise<string> => {
    if (org !== undefined) return org;
    user ??= client.users
      .getAuthenticated(reading(signal))
      .then(({ data }) => checked(account, data).login)
      .catch((error: unknown) => {
        user = undefined;
        throw error;
      });
    return user;
  };

  const isOurs = ({ owner: { login }, ...it }: Repository, ownerLogin: string): boolean =>
    it.private &&
    it.description?.startsWith(MARK) === true &&
    login.toLowerCase() === ownerLogin.toLowerCase();

  const find = async (slug: string, signal: AbortSignal): Promise<Repository | undefined> => {
    try {
      const repo = resourceName(slug);
      const { data } = await client.repos.get({ owner: await owner(signal), repo, ...reading(signal) });
      return checked(repository, data);
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  };

  const create = async (slug: string, signal: AbortSignal): Promise<Repository> => {
    const wanted = {
      name: resourceName(slug),
      description: descriptionOf(slug),
      private: true,
      auto_init: false,
      has_issues: false,
      has_projects: false,
      has_wiki: false,
      ...writing(signal),
    };
    // An App's installation token is refused at `POST /user/repos`.
    const { data } =
      org === undefined
        ? await client.repos.createForAuthenticatedUser(wanted)
        : await client.repos.createInOrg({ org, ...wanted });
    return checked(repository, data);
  };

  return {
    owner,

    /** The session's repository, made where there is none; one that is not ours is left alone. */
    adoptOrCreate: async (slug: string, signal: AbortSignal): Promise<Repository> => {
      try {
        return await create(slug, signal);
      } catch (error) {
        if (!isTaken(error)) throw error;
      }
      const found = await find(slug, signal);
      if (found !== undefined && isOurs(found, await owner(signal))) return found;
      throw new ProviderFailure(
        found === undefined
          ? {
              code: 'listing_changed',
              message: 'GitHub said that the repository exists, and then that it does not.',
              retryable: true,
            }
          : {
              code: 'name_taken',
              message: 'GitHub holds a repository of this name that mk0r did not make. Rename or delete it.',
              retryable: false,
            },
      );
    },

    find: async (slug: string, signal: AbortSignal): Promise<Repository | undefined> => {
      const found = await find(slug, signal);
      return found !== undefined && isOurs(found, await owner(signal)) ? found : undefined;
    },

    /** Succeeds when it is gone already. */
    remove: async ({ owner: { login }, name }: Repository, signal: AbortSignal): Promise<void> => {
      try {
        await client.repos.delete({ owner: login, repo: name, ...writing(signal) });
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
      }
    },

    list: async (signal: AbortSignal): Promise<readonly Repository[]> => {
      const ownerLogin = await owner(signal);
      const page = { per_page: PAGE, ...reading(signal) };
      const all =
        org === undefined
          ? await client.paginate(client.repos.listForAuthenticatedUser, {
              visibility: 'private',
              affiliation: 'owner',
              ...page,
            })
          : await client.paginate(client.repos.listForOrg, { org, type: 'private', ...page });
      return checked(z.array(repository), all).filter((it) => isOurs(it, ownerLogin));
    },
  };
};

export type GithubRepositories = ReturnType<typeof githubRepositories>;
