import { z } from 'zod';
import { ProviderFailure } from '../../provider-api/failure.ts';
import { jsonApi } from '../../provider-api/json-api.ts';
import { neonRefusal } from './errors.ts';

/** Ids go into paths; the pattern is the one of Neon's OpenAPI description. */
const id = z.string().regex(/^[a-z0-9-]{1,60}$/);
const project = z.object({ id, name: z.string(), created_at: z.string() });
const operation = z.object({
  id: z
    .string()
    .max(60)
    .regex(/^[A-Za-z0-9-]+$/),
  status: z.string(),
});
const projectPage = z.object({
  projects: z.array(project),
  pagination: z.object({ cursor: z.string().optional() }).optional(),
  unavailable_project_ids: z.array(z.string()).optional(),
});
const created = z.object({
  project,
  operations: z.array(operation),
  connection_uris: z.array(z.object({ connection_uri: z.string() })).min(1),
});

const branch = z.object({ id, name: z.string(), default: z.boolean() });
/** With a pagination of their own, which a project of ours never fills. */
const branches = z.object({ branches: z.array(branch) });
const branchOperations = z.object({ branch, operations: z.array(operation) });

export type Branch = z.infer<typeof branch>;
export type Project = z.infer<typeof project>;
export type Operation = z.infer<typeof operation>;
export type Created = z.infer<typeof created>;

export type NeonOptions = {
  readonly key: string;
  /** Needed with a personal key; an organisation's key implies it. */
  readonly orgId?: string;
  /** `https://console.neon.tech/api/v2` when left out. */
  readonly baseUrl?: string;
};

export type NewProject = { readonly name: string; readonly database: string; readonly role: string };

export const NEON_API = 'https://console.neon.tech/api/v2';
export const REGION = 'aws-us-east-2';
const PG_VERSION = 17;
/** The most Neon returns at once. */
const PAGE = 400;
const CREATE_TIMEOUT_MS = 20_000;

const INCOMPLETE = new ProviderFailure({
  code: 'listing_incomplete',
  message: 'Neon could not list all projects this time.',
  retryable: true,
});

export const oldestOf = (projects: readonly Project[]): Project | undefined =>
  projects.toSorted(
    (a, b) => Date.parse(a.created_at) - Date.parse(b.created_at) || (a.id < b.id ? -1 : 1),
  )[0];

/** The few calls of Neon's REST API that a session needs; https://neon.com/docs/reference/api-reference. */
export const neonApi = ({ key, orgId, baseUrl = NEON_API }: NeonOptions) => {
  const call = jsonApi({
    service: 'Neon',
    baseUrl,
    headers: { authorization: `Bearer ${key}` },
    refusal: neonRefusal,
  });
  const of = (projectId: string) => `/projects/${projectId}`;

  return {
    /** Every project whose name or id contains `search`: the API's search is a partial one. */
    search: async (search: string, signal: AbortSignal): Promise<readonly Project[]> => {
      const found: Project[] = [];
      let cursor: string | undefined;
      for (;;) {
        const page = await call({
          method: 'GET',
          path: '/projects',
          query: { search, org_id: orgId, limit: String(PAGE), cursor },
          schema: projectPage,
          signal,
        });
        // Projects Neon knows of and could not fetch in time: to take them for missing would make a second one.
        if ((page.unavailable_project_ids?.length ?? 0) > 0) throw INCOMPLETE;
        found.push(...page.projects);
        // A cursor also comes with the last page; one that does not move would go round for ever.
        const next = page.pagination?.cursor;
        if (next === undefined || next === cursor || page.projects.length < PAGE) return found;
        cursor = next;
      }
    },

    /** Not safe to repeat: names are not unique, and Neon knows no idempotency key. */
    create: ({ name, database, role }: NewProject, signal: AbortSignal): Promise<Created> =>
      call({
        method: 'POST',
        path: '/projects',
        body: {
          project: {
            name,
            region_id: REGION,
            pg_version: PG_VERSION,
            branch: { database_name: database, role_name: role },
            ...(orgId === undefined ? {} : { org_id: orgId }),
          },
        },
        schema: created,
        signal,
        timeoutMs: CREATE_TIMEOUT_MS,
      }),

    operation: async (projectId: string, operationId: string, signal: AbortSignal): Promise<Operation> =>
      (
        await call({
          method: 'GET',
          path: `${of(projectId)}/operations/${operationId}`,
          schema: z.object({ operation }),
          signal,
        })
      ).operation,

    /** The newest first, at most twenty: creating a project makes two or three. */
    operations: async (projectId: string, signal: AbortSignal): Promise<readonly Operation[]> =>
      (
        await call({
          method: 'GET',
          path: `${of(projectId)}/operations`,
          query: { limit: '20' },
          schema: z.object({ operations: z.array(operation) }),
          signal,
        })
      ).operations,

    connectionUri: async (
      projectId: string,
      {
        database,
        role,
        branch: branchId,
      }: { readonly database: string; readonly role: string; readonly branch?: string },
      signal: AbortSignal,
    ): Promise<string> =>
      (
        await call({
          method: 'GET',
          path: `${of(projectId)}/connection_uri`,
          query: { database_name: database, role_name: role, branch_id: branchId },
          schema: z.object({ uri: z.string() }),
          signal,
        })
      ).uri,

    branches: async (projectId: string, signal: AbortSignal): Promise<readonly Branch[]> =>
      (
        await call({
          method: 'GET',
          path: `${of(projectId)}/branches`,
          query: { limit: String(PAGE) },
          schema: branches,
          signal,
        })
      ).branches,

    /** With a compute of its own, so that it can be connected to. Neon removes it when its time is over. */
    branchWithCompute: (
      projectId: string,
      {
        parent,
        name,
        expiresAt,
      }: { readonly parent: string; readonly name: string; readonly expiresAt: string },
      signal: AbortSignal,
    ) =>
      call({
        method: 'POST',
        path: `${of(projectId)}/branches`,
        body: {
          branch: { parent_id: parent, name, expires_at: expiresAt },
          endpoints: [{ type: 'read_write' }],
        },
        schema: branchOperations,
        signal,
      }),

    /** Without a compute: nobody connects to it. */
    branch: (projectId: string, parent: string, name: string, signal: AbortSignal) =>
      call({
        method: 'POST',
        path: `${of(projectId)}/branches`,
        body: { branch: { parent_id: parent, name } },
        schema: branchOperations,
        signal,
      }),

    /** The branch as the other one is; what it was before is another branch afterwards, under that name. */
    restore: (
      projectId: string,
      branchId: string,
      { source, preserveAs }: { readonly source: string; readonly preserveAs: string },
      signal: AbortSignal,
    ) =>
      call({
        method: 'POST',
        path: `${of(projectId)}/branches/${branchId}/restore`,
        body: { source_branch_id: source, preserve_under_name: preserveAs },
        schema: branchOperations,
        signal,
      }),

    /** For good: by default Neon could bring it back for a week. One that others were made from is refused. */
    removeBranch: async (
      projectId: string,
      branchId: string,
      signal: AbortSignal,
    ): Promise<readonly Operation[]> =>
      (
        await call({
          method: 'DELETE',
          path: `${of(projectId)}/branches/${branchId}`,
          query: { hard_delete: 'true' },
          schema: z.object({ operations: z.array(operation) }),
          whenMissing: { answer: { operations: [] } },
          signal,
        })
      ).operations,

    /** Succeeds when it is gone already. Neon keeps what was deleted for seven days, unlisted. */
    remove: async (projectId: string, signal: AbortSignal): Promise<void> => {
      await call({
        method: 'DELETE',
        path: of(projectId),
        schema: z.unknown(),
        whenMissing: { answer: undefined },
        signal,
      });
    },
  };
};

export type NeonApi = ReturnType<typeof neonApi>;
