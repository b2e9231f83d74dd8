import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmbeddedPostgres } from '../../../adapters/database/embedded/postgres.ts';
import {
  branchDatabase,
  copyDatabase,
  dropCompute,
  dropDatabase,
  exchangeDatabases,
  openBranch,
} from './databases.ts';
import { Refusal } from './refusal.ts';
import {
  branchBody,
  operationBody,
  type StoredBranch,
  type StoredOperation,
  type StoredProject,
} from './shapes.ts';

const createRequest = z.object({
  branch: z
    .object({
      parent_id: z.string().optional(),
      name: z.string().min(1).max(256),
      expires_at: z.iso.datetime().optional(),
    })
    .strict(),
  endpoints: z
    .array(z.object({ type: z.literal('read_write') }).strict())
    .max(1)
    .optional(),
});
const restoreRequest = z
  .object({ source_branch_id: z.string(), preserve_under_name: z.string().optional() })
  .strict();

type Options = {
  readonly cluster: EmbeddedPostgres;
  readonly find: (id: string) => StoredProject;
  readonly isBusy: (project: StoredProject) => boolean;
  readonly operationMs: number;
  /** Branches a project may have; 10 on the free plan. */
  readonly branchesLimit: number;
};

type OfProject = { Params: { id: string } };
type OfBranch = { Params: { id: string; branch: string } };

/**
 * Branches as the OpenAPI description has them: create, list, restore and delete. A restore makes a new branch of what
 * the old one was, moves the children there, and makes the restored one a child of what it was restored from; neither the
 * default branch nor one with children is deleted. The wording of refusals is ours. Neon leaves connections alone when it
 * branches; this one ends them, as a Postgres must.
 */
export const branchRoutes = (api: FastifyInstance, options: Options): void => {
  const { cluster, find, operationMs } = options;

  const free = (id: string): StoredProject => {
    const project = find(id);
    if (options.isBusy(project)) throw new Refusal(423, '', 'project already has running operations');
    return project;
  };
  const branchOf = (project: StoredProject, id: string): StoredBranch => {
    const branch = project.branches.find((one) => one.id === id);
    if (branch === undefined) throw new Refusal(404, '', 'branch not found');
    return branch;
  };
  const begun = (project: StoredProject, action: StoredOperation['action']): StoredOperation => {
    const now = performance.now();
    const operation = { id: randomUUID(), action, startsAt: now, endsAt: now + operationMs };
    project.operations.push(operation);
    return operation;
  };
  const makeRoom = (project: StoredProject): void => {
    if (project.branches.length >= options.branchesLimit)
      throw new Refusal(422, 'BRANCHES_LIMIT_EXCEEDED', `branches limit exceeded (${options.branchesLimit})`);
  };
  const newBranch = (name: string, parent: string | undefined): StoredBranch => ({
    id: `br-quiet-sea-${randomBytes(4).toString('hex')}`,
    name,
    parent,
    isDefault: false,
    createdAt: new Date().toISOString(),
  });
  const answered = (
    project: StoredProject,
    branch: StoredBranch,
    operations: readonly StoredOperation[],
  ) => ({
    branch: branchBody(project, branch),
    operations: operations.map((operation) => operationBody(project, operation)),
  });

  api.get<OfProject>('/projects/:id/branches', async ({ params }) => {
    const project = find(params.id);
    return {
      branches: project.branches.map((branch) => branchBody(project, branch)),
      annotations: {},
      pagination: { sort_by: 'updated_at', sort_order: 'desc' },
    };
  });

  api.post<OfProject>('/projects/:id/branches', async ({ params, body }, reply) => {
    const project = free(params.id);
    const { branch: wanted, endpoints = [] } = createRequest.parse(body);
    const { name, parent_id } = wanted;
    const parent = branchOf(project, parent_id ?? project.branches.find((one) => one.isDefault)?.id ?? '');
    makeRoom(project);
    const made = newBranch(name, parent.id);
    const branch: StoredBranch = endpoints.length === 0 ? made : { ...made, hasCompute: true };
    const database = branchDatabase(project, branch);
    await copyDatabase(cluster, database, branchDatabase(project, parent));
    const own = branchDatabase(project, { ...branch, isDefault: true });
    if (branch.hasCompute === true) await openBranch(cluster, database, own, project.password);
    project.branches.push(branch);
    return reply.code(201).send({
      ...answered(project, branch, [
        begun(project, 'create_branch'),
        ...(branch.hasCompute === true ? [begun(project, 'start_compute')] : []),
      ]),
      endpoints: [],
      roles: [],
      databases: [],
      connection_uris: [],
    });
  });

  api.post<OfBranch>('/projects/:id/branches/:branch/restore', async ({ params, body }) => {
    const project = free(params.id);
    const branch = branchOf(project, params.branch);
    const { source_branch_id, preserve_under_name } = restoreRequest.parse(body);
    const source = branchOf(project, source_branch_id);
    const children = project.branches.filter(({ parent }) => parent === branch.id);
    if (source.id === branch.id) throw new Refusal(422, '', 'a point in time is needed');
    if (preserve_under_name === undefined && children.length > 0)
      throw new Refusal(422, '', 'the branch has children: preserve_under_name is required');
    makeRoom(project);
    const preserved = newBranch(preserve_under_name ?? 'old', branch.parent);
    await exchangeDatabases(cluster, {
      live: branchDatabase(project, branch),
      preserved: branchDatabase(project, preserved),
      source: branchDatabase(project, source),
      owner: branchDatabase(project, { ...branch, isDefault: true }),
    });
    for (const child of children) child.parent = preserved.id;
    branch.parent = source.id;
    if (preserve_under_name === undefined) await dropDatabase(cluster, branchDatabase(project, preserved));
    else project.branches.push(preserved);
    return answered(project, branch, [begun(project, 'create_branch'), begun(project, 'start_compute')]);
  });

  api.delete<OfBranch>('/projects/:id/branches/:branch', async ({ params }) => {
    const project = free(params.id);
    const branch = branchOf(project, params.branch);
    if (branch.isDefault) throw new Refusal(422, '', 'cannot delete the default branch');
    if (project.branches.some(({ parent }) => parent === branch.id))
      throw new Refusal(422, '', 'cannot delete a branch that has children');
    project.branches.splice(project.branches.indexOf(branch), 1);
    const drop = branch.hasCompute === true ? dropCompute : dropDatabase;
    await drop(cluster, branchDatabase(project, branch));
    return answered(project, branch, [begun(project, 'delete_timeline')]);
  });
};
