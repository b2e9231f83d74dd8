import { randomBytes, randomUUID } from 'node:crypto';

/** A project as the stand-in keeps it. Its database is one of a local Postgres, under a name of its own there. */
export type StoredProject = {
  readonly id: string;
  readonly name: string;
  readonly orgId: string | undefined;
  readonly database: string;
  readonly role: string;
  readonly password: string;
  readonly createdAt: string;
  /** Whether its database really is there; until then its operations are under way, however long they should take. */
  readonly compute: { ready: boolean };
  readonly operations: StoredOperation[];
  readonly branches: StoredBranch[];
};

export type StoredBranch = {
  readonly id: string;
  readonly name: string;
  parent: string | undefined;
  readonly isDefault: boolean;
  readonly createdAt: string;
  /** It can be connected to by itself. */
  readonly hasCompute?: true;
};

export const mainBranch = (projectId: string, createdAt: string): StoredBranch => ({
  id: `br-${projectId}`,
  name: 'main',
  parent: undefined,
  isDefault: true,
  createdAt,
});

export type StoredOperation = {
  readonly id: string;
  readonly action: 'create_timeline' | 'start_compute' | 'create_branch' | 'delete_timeline';
  readonly startsAt: number;
  readonly endsAt: number;
};

const suffix = (): string => randomBytes(4).toString('hex');

export const newProjectId = (): string => `quiet-river-${suffix()}`;

/** The two operations Neon's own example of a created project has, one after the other. */
export const newOperations = (now: number, eachMs: number): StoredOperation[] => [
  { id: randomUUID(), action: 'create_timeline', startsAt: now, endsAt: now + eachMs },
  { id: randomUUID(), action: 'start_compute', startsAt: now + eachMs, endsAt: now + 2 * eachMs },
];

const statusOf = ({ compute }: StoredProject, { startsAt, endsAt }: StoredOperation): string => {
  const now = performance.now();
  return now < startsAt ? 'scheduling' : now < endsAt || !compute.ready ? 'running' : 'finished';
};

export const isBusy = (project: StoredProject): boolean =>
  project.operations.some((operation) => statusOf(project, operation) !== 'finished');

const HOUR = 3_600_000;
const later = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();

/** Schema `ProjectListItem`. */
export const listItem = ({ id, name, orgId, createdAt }: StoredProject) => ({
  id,
  name,
  platform_id: 'aws',
  region_id: 'aws-us-east-2',
  provisioner: 'k8s-neonvm',
  pg_version: 17,
  proxy_host: 'us-east-2.aws.neon.tech',
  branch_logical_size_limit: 512,
  branch_logical_size_limit_bytes: 536_870_912,
  store_passwords: true,
  active_time: 0,
  cpu_used_sec: 0,
  creation_source: 'api',
  created_at: createdAt,
  updated_at: createdAt,
  owner_id: orgId ?? '3f2a7c1e-0000-4000-8000-000000000000',
  ...(orgId === undefined ? {} : { org_id: orgId }),
});

/** Schema `Project`. */
export const projectBody = (project: StoredProject) => {
  const { active_time: _listed, ...shared } = listItem(project);
  return {
    ...shared,
    data_storage_bytes_hour: 0,
    data_transfer_bytes: 0,
    written_data_bytes: 0,
    compute_time_seconds: 0,
    active_time_seconds: 0,
    history_retention_seconds: 86_400,
    consumption_period_start: project.createdAt,
    consumption_period_end: later(project.createdAt, 30 * 24 * HOUR),
  };
};

/** Schema `Operation`. */
export const operationBody = (project: StoredProject, operation: StoredOperation) => ({
  id: operation.id,
  project_id: project.id,
  branch_id: `br-${project.id}`,
  ...(operation.action === 'start_compute' ? { endpoint_id: `ep-${project.id}` } : {}),
  action: operation.action,
  status: statusOf(project, operation),
  failures_count: 0,
  created_at: project.createdAt,
  updated_at: project.createdAt,
  total_duration_ms: 0,
});

/** Schema `Branch`. */
export const branchBody = (project: StoredProject, branch: StoredBranch) => ({
  id: branch.id,
  project_id: project.id,
  ...(branch.parent === undefined ? {} : { parent_id: branch.parent }),
  name: branch.name,
  current_state: 'ready',
  state_changed_at: branch.createdAt,
  creation_source: 'api',
  default: branch.isDefault,
  protected: false,
  cpu_used_sec: 0,
  active_time_seconds: 0,
  compute_time_seconds: 0,
  written_data_bytes: 0,
  data_transfer_bytes: 0,
  created_at: branch.createdAt,
  updated_at: branch.createdAt,
});

/** Answer 201 of `createProject`. */
export const createdBody = (project: StoredProject, uri: string) => {
  const { host } = new URL(uri);
  const branchId = `br-${project.id}`;
  const times = { created_at: project.createdAt, updated_at: project.createdAt };
  const usage = {
    cpu_used_sec: 0,
    active_time_seconds: 0,
    compute_time_seconds: 0,
    written_data_bytes: 0,
    data_transfer_bytes: 0,
  };
  return {
    project: projectBody(project),
    connection_uris: [
      {
        connection_uri: uri,
        connection_parameters: {
          database: project.database,
          password: project.password,
          role: project.role,
          host,
          pooler_host: host,
        },
      },
    ],
    roles: [
      { branch_id: branchId, name: project.role, password: project.password, protected: false, ...times },
    ],
    databases: [
      { id: 834_686, branch_id: branchId, name: project.database, owner_name: project.role, ...times },
    ],
    operations: project.operations.map((operation) => operationBody(project, operation)),
    branch: {
      id: branchId,
      project_id: project.id,
      name: 'main',
      current_state: 'init',
      pending_state: 'ready',
      state_changed_at: project.createdAt,
      creation_source: 'api',
      default: true,
      protected: false,
      ...usage,
      ...times,
    },
    endpoints: [
      {
        host,
        id: `ep-${project.id}`,
        project_id: project.id,
        branch_id: branchId,
        region_id: 'aws-us-east-2',
        autoscaling_limit_min_cu: 0.25,
        autoscaling_limit_max_cu: 2,
        type: 'read_write',
        current_state: 'init',
        pending_state: 'active',
        pooler_enabled: false,
        pooler_mode: 'transaction',
        disabled: false,
        passwordless_access: true,
        creation_source: 'api',
        settings: {},
        proxy_host: 'us-east-2.aws.neon.tech',
        suspend_timeout_seconds: 0,
        provisioner: 'k8s-neonvm',
        ...times,
      },
    ],
  };
};

/** Schema `CurrentUserInfoResponse`. */
export const userBody = (id: string, projectsLimit: number) => ({
  id,
  email: 'ann@example.com',
  login: 'ann',
  name: 'Ann',
  last_name: 'Example',
  image: '',
  plan: 'free_v3',
  projects_limit: projectsLimit,
  branches_limit: 10,
  max_autoscaling_limit: 2,
  active_seconds_limit: 720_000,
  auth_accounts: [],
});
