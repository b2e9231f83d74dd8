import { randomBytes } from 'node:crypto';
import type { EmbeddedPostgres } from '../../../adapters/database/embedded/postgres.ts';
import { scramVerifier } from '../../../adapters/database/embedded/scram.ts';
import * as sql from '../../../adapters/database/embedded/statements.ts';
import type { StoredBranch, StoredProject } from './shapes.ts';

const run = (cluster: EmbeddedPostgres, statements: readonly string[]): Promise<void> =>
  cluster.admin.use(AbortSignal.timeout(30_000), async (client) => {
    for (const statement of statements) await client.query(statement);
  });

export const newPassword = (): string => `npg_${randomBytes(12).toString('base64url')}`;

/** The compute of a project: a role and a database of one name, as the cluster lets in only those. */
export const createCompute = async (cluster: EmbeddedPostgres, name: string, password: string) =>
  run(cluster, [
    sql.createRole(name),
    ...sql.resetRole(name, await scramVerifier(password)),
    sql.createDatabase(name),
    ...sql.resetDatabase(name),
  ]);

export const dropDatabase = (cluster: EmbeddedPostgres, name: string) => run(cluster, sql.dropDatabase(name));

export const dropCompute = (cluster: EmbeddedPostgres, name: string) =>
  run(cluster, [...sql.dropDatabase(name), sql.dropRole(name)]);

/** Where a branch has its database: the default one's is the compute's own. */
export const branchDatabase = (project: StoredProject, branch: StoredBranch): string => {
  const compute = project.id.replaceAll('-', '_');
  return branch.isDefault ? compute : `${compute}_${branch.id.slice(-8)}`;
};

/** A branch's own compute: here a role and a database of one name, with all the rights of the project's own role. */
export const openBranch = async (cluster: EmbeddedPostgres, name: string, of: string, password: string) =>
  run(cluster, [
    sql.createRole(name),
    ...sql.resetRole(name, await scramVerifier(password)),
    `GRANT "${of}" TO "${name}"`,
    `ALTER DATABASE "${name}" OWNER TO "${of}"`,
    ...sql.resetDatabase(name),
    `GRANT CONNECT ON DATABASE "${name}" TO "${name}"`,
  ]);

const disconnect = (name: string): string =>
  `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`;

export const copyDatabase = (cluster: EmbeddedPostgres, name: string, from: string) =>
  run(cluster, [disconnect(from), sql.copyDatabase(name, from)]);

export const exchangeDatabases = (
  cluster: EmbeddedPostgres,
  names: {
    readonly live: string;
    readonly preserved: string;
    readonly source: string;
    readonly owner: string;
  },
) =>
  run(cluster, [
    disconnect(names.live),
    sql.renameDatabase(names.live, names.preserved),
    sql.copyDatabase(names.live, names.source, names.owner),
    ...sql.resetDatabase(names.live),
  ]);
