import fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmbeddedPostgres } from '../../../adapters/database/embedded/postgres.ts';
import { type Script, scripted } from '../scripted.ts';
import { branchRoutes } from './branches.ts';
import { branchDatabase, createCompute, dropCompute, dropDatabase, newPassword } from './databases.ts';
import { Refusal } from './refusal.ts';
import {
  createdBody,
  isBusy,
  listItem,
  mainBranch,
  newOperations,
  newProjectId,
  operationBody,
  projectBody,
  type StoredProject,
  userBody,
} from './shapes.ts';
import { runSql } from './sql.ts';

export type NeonStandInOptions = {
  /** Where the projects' databases really are. */
  readonly cluster: EmbeddedPostgres;
  readonly key: string;
  /** The organisation the key is for; a personal key (none) must name one. */
  readonly orgId?: string;
  /** Projects the plan allows; Neon's free plan allows 100. */
  readonly projectsLimit?: number;
  /** How long each of a new project's two operations takes; 20 ms unless told. */
  readonly operationMs?: number;
  /** Branches a project may have; 10 unless told, as on the free plan. */
  readonly branchesLimit?: number;
};

export type NeonStandIn = Script & {
  /** What `NEON_API_URL` is set to. */
  readonly url: string;
  /** The serverless driver's HTTP endpoint: `/sql` beside the API. */
  readonly sqlUrl: string;
  /** Projects that exist now, oldest first. */
  readonly live: () => readonly { readonly id: string; readonly name: string }[];
  /** Projects ever made. */
  readonly made: () => number;
  /** Makes a project behind everybody's back, as an attempt does whose answer got lost. */
  readonly create: (name: string) => Promise<string>;
  readonly close: () => Promise<void>;
};

const ACCOUNT = '3f2a7c1e-0000-4000-8000-000000000000';
const createRequest = z.object({
  project: z
    .object({
      name: z.string().min(1).max(256),
      region_id: z.literal('aws-us-east-2'),
      pg_version: z.literal(17),
      org_id: z.string().optional(),
      branch: z.object({ database_name: z.string(), role_name: z.string() }).strict(),
    })
    .strict(),
});
const listQuery = z.object({
  search: z.string().default(''),
  limit: z.coerce.number().int().min(1).max(400).default(10),
  cursor: z.string().optional(),
  org_id: z.string().optional(),
});

const notFound = () => new Refusal(404, '', 'project not found');

/**
 * Neon's REST API and its SQL-over-HTTP endpoint, as far as a session needs them, on a local Postgres. Shapes and
 * status codes are those of the OpenAPI description inside `@neondatabase/api-client` 2.7.3 (`openapi.test.ts` holds
 * them to it); the rest from:
 * - partial search by name or id, pages by cursor, 1 to 400 (default 10) a page: `listProjects` there;
 * - 422 `PROJECTS_LIMIT_EXCEEDED` and its wording: github.com/neondatabase/neonctl issue 255;
 * - 423 while an operation of the project is under way: https://neon.com/docs/reference/api/operations;
 * - a deleted project is listed no more and answers 404: `deleteProject` there (kept seven days, unlisted).
 * Not as at Neon: the connection string names a database and a role of the shared local server, without TLS; wording
 * of 401 and 404 is ours.
 */
export const startNeonStandIn = async (options: NeonStandInOptions): Promise<NeonStandIn> => {
  const { cluster, key, projectsLimit = 100, operationMs = 20 } = options;
  const projects = new Map<string, StoredProject>();
  let made = 0;

  const compute = (id: string): string => id.replaceAll('-', '_');
  const uriOf = ({ id, password }: StoredProject): string =>
    `postgresql://${compute(id)}:${password}@127.0.0.1:${cluster.port}/${compute(id)}`;
  const find = (id: string): StoredProject => {
    const project = projects.get(id);
    if (project === undefined) throw notFound();
    return project;
  };

  const create = async (name: string, database: string, role: string): Promise<StoredProject> => {
    if (projects.size >= projectsLimit)
      throw new Refusal(
        422,
        'PROJECTS_LIMIT_EXCEEDED',
        `user projects limit of ${projectsLimit} exceeded, got ${projects.size}`,
      );
    const [id, createdAt] = [newProjectId(), new Date(Date.now() + made).toISOString()];
    const project: StoredProject = {
      id,
      name,
      database,
      role,
      orgId: options.orgId,
      password: newPassword(),
      createdAt,
      branches: [mainBranch(id, createdAt)],
      compute: { ready: false },
      operations: newOperations(performance.now(), operationMs),
    };
    made += 1;
    projects.set(project.id, project);
    await createCompute(cluster, compute(project.id), project.password);
    project.compute.ready = true;
    return project;
  };

  const server = fastify({ forceCloseConnections: true });
  const script = scripted(server);
  server.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof Refusal)
      return reply
        .code(error.status)
        .send({ request_id: 'stand-in', code: error.code, message: error.message });
    if (error instanceof z.ZodError)
      return reply.code(400).send({ request_id: 'stand-in', code: '', message: z.prettifyError(error) });
    throw error;
  });

  server.register(
    async (api: FastifyInstance) => {
      api.addHook('onRequest', async ({ headers }) => {
        if (headers.authorization !== `Bearer ${key}`) throw new Refusal(401, '', 'authentication failed');
      });
      const inOrganisation = (named: string | undefined): void => {
        if (options.orgId !== undefined && named !== undefined && named !== options.orgId)
          throw new Refusal(403, '', 'not a member of the organization');
      };
      api.post('/projects', async ({ body }, reply) => {
        const { name, branch, org_id } = createRequest.parse(body).project;
        inOrganisation(org_id);
        const project = await create(name, branch.database_name, branch.role_name);
        return reply.code(201).send(createdBody(project, uriOf(project)));
      });
      api.get('/projects', async ({ query }) => {
        const { search, limit, cursor, org_id } = listQuery.parse(query);
        inOrganisation(org_id);
        const found = [...projects.values()]
          .filter(({ id, name }) => id.includes(search) || name.includes(search))
          .toSorted((a, b) => (a.id < b.id ? -1 : 1))
          .filter(({ id }) => cursor === undefined || id > cursor)
          .slice(0, limit);
        const last = found.at(-1);
        return {
          projects: found.map(listItem),
          ...(last === undefined ? {} : { pagination: { cursor: last.id } }),
          applications: {},
          integrations: {},
        };
      });
      api.get('/auth', async () => ({
        account_id: options.orgId ?? ACCOUNT,
        auth_method: options.orgId === undefined ? 'api_key_user' : 'api_key_org',
      }));
      api.get('/users/me', async () => {
        if (options.orgId !== undefined) throw new Refusal(403, '', 'not allowed for organization API keys');
        return userBody(ACCOUNT, projectsLimit);
      });
      type OfProject = { Params: { id: string } };
      api.delete<OfProject>('/projects/:id', async ({ params }) => {
        const project = find(params.id);
        if (isBusy(project)) throw new Refusal(423, '', 'project already has running operations');
        projects.delete(project.id);
        for (const branch of project.branches)
          if (!branch.isDefault)
            await (branch.hasCompute === true ? dropCompute : dropDatabase)(
              cluster,
              branchDatabase(project, branch),
            );
        await dropCompute(cluster, compute(project.id));
        return { project: projectBody(project) };
      });
      branchRoutes(api, {
        cluster,
        find,
        isBusy,
        operationMs,
        branchesLimit: options.branchesLimit ?? 10,
      });
      api.get<OfProject>('/projects/:id', async ({ params }) => ({ project: projectBody(find(params.id)) }));
      api.get<OfProject>('/projects/:id/operations', async ({ params }) => {
        const project = find(params.id);
        const operations = project.operations.map((operation) => operationBody(project, operation));
        return { operations: operations.toReversed(), pagination: { cursor: project.createdAt } };
      });
      api.get<{ Params: { id: string; operation: string } }>(
        '/projects/:id/operations/:operation',
        async ({ params }) => {
          const project = find(params.id);
          const operation = project.operations.find(({ id }) => id === params.operation);
          if (operation === undefined) throw new Refusal(404, '', 'operation not found');
          return { operation: operationBody(project, operation) };
        },
      );
      api.get<
        OfProject & { Querystring: { database_name?: string; role_name?: string; branch_id?: string } }
      >('/projects/:id/connection_uri', async ({ params, query }) => {
        const project = find(params.id);
        if (query.database_name !== project.database) throw new Refusal(404, '', 'database not found');
        if (query.role_name !== project.role) throw new Refusal(404, '', 'role not found');
        if (query.branch_id === undefined) return { uri: uriOf(project) };
        const branch = project.branches.find(({ id }) => id === query.branch_id);
        if (branch === undefined || !(branch.isDefault || branch.hasCompute === true))
          throw new Refusal(404, '', 'endpoint not found');
        const place = new URL(uriOf(project));
        place.pathname = place.username = branchDatabase(project, branch);
        return { uri: place.href };
      });
    },
    { prefix: '/api/v2' },
  );
  // The driver names no content type, which makes it text/plain.
  server.addContentTypeParser(
    'text/plain',
    { parseAs: 'string' },
    server.getDefaultJsonParser('error', 'error'),
  );
  server.post('/sql', async ({ headers, body }, reply) => {
    const { status, answer } = await runSql(String(headers['neon-connection-string']), body);
    return reply.code(status).send(answer);
  });

  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...script,
    url: `${origin}/api/v2`,
    sqlUrl: `${origin}/sql`,
    live: () => [...projects.values()].map(({ id, name }) => ({ id, name })),
    made: () => made,
    create: async (name) => {
      const logical = name.replaceAll('-', '_');
      return (await create(name, logical, logical)).id;
    },
    close: () => server.close(),
  };
};
