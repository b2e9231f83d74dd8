import http from 'node:http';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Script, scripted } from '../scripted.ts';
import { gitHalf } from './git.ts';
import { NAME_TAKEN, problem, repositoryBody, type StoredRepository } from './shapes.ts';
import { type AppOptions, appHalf } from './tokens.ts';

export type GithubStandInOptions = {
  /** The personal access token, which may do everything. */
  readonly token: string;
  /** Whose token it is. */
  readonly user?: string;
  readonly org?: string;
  readonly app?: AppOptions;
  /** Scopes of the token, where it is a classic one; a fine-grained one has none. */
  readonly scopes?: string;
  /** When the token ends, as GitHub writes it: `2027-01-31 12:00:00 UTC`. */
  readonly tokenEnds?: string;
};

export type GithubStandIn = Script & {
  /** What `GITHUB_API_URL` is set to; git is served from the same origin. */
  readonly url: string;
  /** The App's private key, PEM. */
  readonly privateKey: string | undefined;
  readonly live: () => readonly StoredRepository[];
  readonly made: () => number;
  /** Makes a repository behind everybody's back. */
  readonly create: (repository: Partial<StoredRepository> & { readonly name: string }) => Promise<void>;
  /** Whether git gets no answer, while the API goes on. */
  readonly silenceGit: (isSilent: boolean) => void;
  readonly refs: (name: string) => Promise<Readonly<Record<string, string>>>;
  readonly close: () => Promise<void>;
};

const creation = z.object({
  name: z.string().regex(/^[\w.-]{1,100}$/),
  description: z.string().optional(),
  private: z.boolean().default(false),
});
const listing = z.object({
  per_page: z.coerce.number().int().min(1).max(100).default(30),
  page: z.coerce.number().int().min(1).default(1),
});
const scope = z.object({
  repository_ids: z.array(z.number().int()).optional(),
  permissions: z.record(z.string(), z.string()).optional(),
});

class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    super(String(status));
    this.status = status;
    this.body = body;
  }
}
const notFound = () => new Refusal(404, problem(404, 'Not Found'));
const hasEnded = (ends: string | undefined): boolean =>
  ends !== undefined && Date.parse(ends.replace(' UTC', 'Z')) < Date.now();

const refusedKey = () => new Refusal(401, problem(401, 'Bad credentials'));

type Caller = { readonly kind: 'user' | 'installation' };

/**
 * GitHub's REST API and its git over smart HTTP, as far as a session's repository needs them. Where answers are from:
 * - shapes: "Create a repository for the authenticated user", "Get a repository", "Delete a repository",
 *   "List organization repositories", "Create an installation access token" of https://docs.github.com/en/rest;
 * - 422 for a name that is taken, with its `errors`: as GitHub has answered it since 2013 (octokit issues quote it);
 * - 404 for what a token may not know of, 401 `Bad credentials`: https://docs.github.com/en/rest/authentication;
 * - pages by `Link` header, 30 a page and 100 at most: "Using pagination in the REST API";
 * - installation tokens cannot `POST /user/repos`: that endpoint's "Fine-grained access tokens" section;
 * - secondary limits: 403 or 429 with `retry-after`; a test asks for them with `next`.
 */
export const startGithubStandIn = async (options: GithubStandInOptions): Promise<GithubStandIn> => {
  const { token, user = 'mk0r-owner', org } = options;
  const app = options.app === undefined ? undefined : appHalf(options.app);
  const repositories = new Map<string, StoredRepository>();
  let made = 0;
  const key = (owner: string, name: string): string => `${owner}/${name}`.toLowerCase();

  const git = await gitHalf((password, owner, name) => {
    if (password === token) return true;
    const found = app?.find(password);
    const id = repositories.get(key(owner, name))?.id ?? 0;
    return found !== undefined && (found.repositoryIds === undefined || found.repositoryIds.includes(id));
  });

  const create = async (
    repository: Omit<StoredRepository, 'id' | 'createdAt'>,
  ): Promise<StoredRepository> => {
    const at = key(repository.owner, repository.name);
    if (repositories.has(at)) throw new Refusal(422, NAME_TAKEN);
    made += 1;
    const stored = { ...repository, id: 1_000_000 + made, createdAt: new Date().toISOString() };
    repositories.set(at, stored);
    await git.create(repository.owner, repository.name);
    return stored;
  };

  const server = fastify({
    forceCloseConnections: true,
    serverFactory: (handler) => {
      const isThere = (owner: string, name: string): boolean => repositories.has(key(owner, name));
      return http.createServer((request, response) => {
        if (!git.handle(request, response, isThere)) handler(request, response);
      });
    },
  });
  const script = scripted(server);
  const origin = (): string => server.listeningOrigin;

  const bearer = ({ headers }: FastifyRequest): string =>
    /^(?:token|bearer)\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  const caller = (request: FastifyRequest): Caller => {
    const given = bearer(request);
    // "Bad credentials" is all GitHub says of one that has expired, too.
    if (given === token && hasEnded(options.tokenEnds)) throw refusedKey();
    if (given === token) return { kind: 'user' };
    if (app?.find(given) !== undefined) return { kind: 'installation' };
    throw refusedKey();
  };
  server.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof Refusal) return reply.code(error.status).send(error.body);
    if (error instanceof z.ZodError) return reply.code(422).send(problem(422, 'Validation Failed'));
    throw error;
  });
  server.setNotFoundHandler(async (_request, reply) => reply.code(404).send(problem(404, 'Not Found')));
  server.addHook('onSend', async (_request, reply) => {
    reply.header('x-github-request-id', 'STAND-IN').header('x-ratelimit-limit', '5000');
    if (!reply.hasHeader('x-ratelimit-remaining')) reply.header('x-ratelimit-remaining', '4999');
  });

  const createFor = async (owner: string, body: unknown, reply: FastifyReply) => {
    const wanted = creation.parse(body);
    const stored = await create({ ...wanted, owner, description: wanted.description ?? null });
    return reply.code(201).send(repositoryBody(stored, origin()));
  };
  const page = (request: FastifyRequest, reply: FastifyReply, owner: string) => {
    const { per_page, page: number } = listing.parse(request.query);
    const all = [...repositories.values()].filter((it) => it.owner === owner && it.private);
    const rest = all.slice(number * per_page);
    if (rest.length > 0) {
      const next = new URL(request.url, origin());
      next.searchParams.set('page', String(number + 1));
      reply.header('link', `<${next.href}>; rel="next"`);
    }
    return all.slice((number - 1) * per_page, number * per_page).map((it) => repositoryBody(it, origin()));
  };
  const find = (owner: string, name: string): StoredRepository => {
    const found = repositories.get(key(owner, name));
    if (found === undefined) throw notFound();
    return found;
  };

  type OfOrg = { Params: { org: string } };
  type OfRepository = { Params: { owner: string; repo: string } };
  const inOrg = (named: string): string => {
    if (org === undefined || named.toLowerCase() !== org.toLowerCase()) throw notFound();
    return org;
  };
  server.get('/user', async (request, reply) => {
    if (caller(request).kind === 'installation')
      throw new Refusal(403, problem(403, 'Resource not accessible by integration'));
    if (options.scopes !== undefined) reply.header('x-oauth-scopes', options.scopes);
    if (options.tokenEnds !== undefined)
      reply.header('github-authentication-token-expiration', options.tokenEnds);
    return { login: user, id: 1, type: 'User' };
  });
  server.get('/user/repos', async (request, reply) => {
    caller(request);
    return page(request, reply, user);
  });
  server.post('/user/repos', async (request, reply) => {
    if (caller(request).kind === 'installation')
      throw new Refusal(403, problem(403, 'Resource not accessible by integration'));
    return createFor(user, request.body, reply);
  });
  server.get<OfOrg>('/orgs/:org', async (request) => {
    caller(request);
    return { login: inOrg(request.params.org), id: 2, type: 'Organization' };
  });
  server.get<OfOrg>('/orgs/:org/repos', async (request, reply) => {
    caller(request);
    return page(request, reply, inOrg(request.params.org));
  });
  server.post<OfOrg>('/orgs/:org/repos', async (request, reply) => {
    caller(request);
    return createFor(inOrg(request.params.org), request.body, reply);
  });
  server.get<OfRepository>('/repos/:owner/:repo', async (request) => {
    caller(request);
    return repositoryBody(find(request.params.owner, request.params.repo), origin());
  });
  server.delete<OfRepository>('/repos/:owner/:repo', async (request, reply) => {
    caller(request);
    const { owner, name } = find(request.params.owner, request.params.repo);
    repositories.delete(key(owner, name));
    await git.remove(owner, name);
    return reply.code(204).send();
  });
  server.get<{ Params: { id: string } }>('/app/installations/:id', async (request) => {
    if (app === undefined || !(await app.isApp(bearer(request)))) throw refusedKey();
    if (Number(request.params.id) !== app.installationId) throw notFound();
    const permissions = options.app?.permissions ?? { administration: 'write', contents: 'write' };
    return { id: app.installationId, account: { login: org, type: 'Organization' }, permissions };
  });
  server.post<{ Params: { id: string } }>('/app/installations/:id/access_tokens', async (request, reply) => {
    if (app === undefined || !(await app.isApp(bearer(request)))) throw refusedKey();
    if (Number(request.params.id) !== app.installationId) throw notFound();
    const { repository_ids, permissions } = scope.parse(request.body ?? {});
    return reply.code(201).send(app.issue(repository_ids, permissions));
  });

  await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...script,
    url: origin(),
    privateKey: app?.privateKey,
    live: () => [...repositories.values()],
    made: () => made,
    create: async (repository) => {
      await create({ owner: org ?? user, description: null, private: true, ...repository });
    },
    silenceGit: git.silence,
    refs: (name) => git.refs(org ?? user, name),
    close: async () => {
      await server.close();
      await git.close();
    },
  };
};
