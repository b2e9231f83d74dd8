import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { DatabaseProvider } from '../../../commands/ports/checkpoints.ts';
import type {
  ListedResource,
  ProviderError,
  Provisioned,
  ProvisionRequest,
} from '../../../commands/ports/services.ts';
import { databaseName, resourceName } from '../../../domain/services.ts';
import { toProviderError } from '../../provider-api/failure.ts';
import { type Created, type NeonApi, type NeonOptions, neonApi, oldestOf, type Project } from './api.ts';
import { neonCheckpoints } from './checkpoints.ts';
import { provisioned } from './connection.ts';
import { isUnderWay, removeProject, waitForOperations } from './operations.ts';
import { proveEndpoint } from './prove.ts';

export type NeonProviderOptions = NeonOptions & {
  /** Where the serverless driver sends its SQL, where that is not the endpoint's own address. */
  readonly sqlUrl?: string;
};

const SLUG = /^[a-z0-9]{12}$/;
const PROJECT = /^mk0r-([a-z0-9]{12})$/;

type Ready = { readonly projectId: string; readonly uri: string };

/**
 * The `neon` service at Neon: a project `mk0r-<slug>` per session, with a database and a role `mk0r_<slug>` in it, which
 * an adoption knows without being told. Error codes: `invalid_slug`, `aborted`, `projects_limit_exceeded`, `key_refused`,
 * `operation_failed`, `endpoint_not_ready`, `provider_*`, and Neon's own in lower case.
 */
export const neonDatabaseProvider = (options: NeonProviderOptions): DatabaseProvider => {
  const api = neonApi(options);
  const attempt = <A>(
    doing: string,
    { slug, signal }: ProvisionRequest,
    work: () => Promise<A>,
  ): TE.TaskEither<ProviderError, A> =>
    SLUG.test(slug)
      ? TE.tryCatch(work, toProviderError('Neon', doing, signal))
      : TE.left({
          code: 'invalid_slug',
          message: 'a slug is 12 characters of a-z and 0-9',
          retryable: false,
        });

  return {
    service: 'neon',
    provider: 'neon',
    provision: (request) =>
      attempt('provision database', request, () => provision(api, options.sqlUrl, request)),
    checkpoints: neonCheckpoints(api),
    releaseOne: ({ resourceId, signal }) =>
      TE.tryCatch(
        () => removeProject(api, resourceId, signal),
        toProviderError('Neon', 'release database', signal),
      ),
    release: (request) => attempt('release database', request, () => release(api, request)),
    list: (signal) =>
      pipe(
        TE.tryCatch(
          () => api.search(resourceName(''), signal),
          toProviderError('Neon', 'list databases', signal),
        ),
        TE.map(ours),
      ),
  };
};

const provision = async (
  api: NeonApi,
  sqlUrl: string | undefined,
  { slug, signal, resourceId }: ProvisionRequest,
): Promise<Provisioned> => {
  const adopted = await onlyOldest(api, await named(api, slug, signal), signal, resourceId);
  const { projectId, uri } =
    adopted === undefined ? await create(api, slug, signal) : await adopt(api, adopted, slug, signal);
  const result = provisioned(projectId, uri);
  await proveEndpoint(uri, sqlUrl, signal);
  return result;
};

const create = async (api: NeonApi, slug: string, signal: AbortSignal): Promise<Ready> => {
  const name = databaseName(slug);
  const created = await api.create({ name: resourceName(slug), database: name, role: name }, signal);
  const kept = await settle(api, created, slug, signal);
  if (kept.id !== created.project.id) return adopt(api, kept, slug, signal);
  await waitForOperations(api, kept.id, created.operations, signal);
  return { projectId: kept.id, uri: created.connection_uris[0]?.connection_uri ?? '' };
};

/**
 * Names are not unique at Neon: another attempt may have created one between our search and our create. Both look again
 * and agree on the oldest.
 */
const settle = async (
  api: NeonApi,
  created: Created,
  slug: string,
  signal: AbortSignal,
): Promise<Project> => {
  const others = (await named(api, slug, signal)).filter(({ id }) => id !== created.project.id);
  return (await onlyOldest(api, [...others, created.project], signal)) ?? created.project;
};

const adopt = async (api: NeonApi, project: Project, slug: string, signal: AbortSignal): Promise<Ready> => {
  const name = databaseName(slug);
  const operations = await api.operations(project.id, signal);
  await waitForOperations(api, project.id, operations.filter(isUnderWay), signal);
  const uri = await api.connectionUri(project.id, { database: name, role: name }, signal);
  return { projectId: project.id, uri };
};

const named = async (api: NeonApi, slug: string, signal: AbortSignal): Promise<readonly Project[]> => {
  const name = resourceName(slug);
  return (await api.search(name, signal)).filter((project) => project.name === name);
};

/**
 * Keeps the one that the log knows, else the oldest of a name, and deletes the others, which nobody has been told of.
 */
const onlyOldest = async (
  api: NeonApi,
  projects: readonly Project[],
  signal: AbortSignal,
  known?: string,
): Promise<Project | undefined> => {
  const kept = projects.find(({ id }) => id === known) ?? oldestOf(projects);
  for (const { id } of projects) if (id !== kept?.id) await removeProject(api, id, signal);
  return kept;
};

const release = async (api: NeonApi, { slug, signal }: ProvisionRequest): Promise<void> => {
  for (const { id } of await named(api, slug, signal)) await removeProject(api, id, signal);
};

const ours = (projects: readonly Project[]): readonly ListedResource[] =>
  projects.flatMap(({ id, name }) => {
    const slug = PROJECT.exec(name)?.[1];
    return slug === undefined ? [] : [{ resourceId: id, name, slug }];
  });
