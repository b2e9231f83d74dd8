import { randomBytes } from 'node:crypto';
import { type ClientBase, escapeIdentifier } from 'pg';
import { withClient } from '../with-client.ts';
import type { EmbeddedPostgres } from './postgres.ts';
import { scramVerifier } from './scram.ts';
import * as sql from './statements.ts';

const TIMEOUT_MS = 20_000;

type Place = {
  /** Not a session's own: of its name there must be no role that is not ours to make and to end. */
  readonly database: string;
  /** As whom what is done there is done. */
  readonly owner: string;
};

/**
 * A way into a database beside a session's own: a role of the database's name, which the cluster lets in there and nowhere
 * else, with the rights of `owner`. Answers its connection string.
 */
export const openEntry = async (
  { host, port }: Pick<EmbeddedPostgres, 'host' | 'port'>,
  client: ClientBase,
  { database, owner }: Place,
): Promise<string> => {
  const password = randomBytes(24).toString('base64url');
  const [role, as] = [escapeIdentifier(database), escapeIdentifier(owner)];
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [database]);
  if (rowCount === 0) await client.query(sql.createRole(database));
  await sql.runAll(client, sql.resetRole(database, await scramVerifier(password)));
  await sql.runAll(client, [
    `GRANT ${as} TO ${role}`,
    `GRANT CONNECT ON DATABASE ${role} TO ${role}`,
    `ALTER ROLE ${role} IN DATABASE ${role} SET role = ${as}`,
  ]);
  return `postgresql://${database}:${password}@${host}:${port}/${database}`;
};

const closeEntry = async (client: ClientBase, database: string): Promise<void> => {
  const role = escapeIdentifier(database);
  await sql.runAll(client, [`REVOKE ALL ON DATABASE ${role} FROM ${role}`, sql.dropRole(database)]);
};

/**
 * Work in such a database. Never over the superuser's own connection: what is in there is a stranger's, its functions are
 * run by what only looks, and a session authorization that a superuser has put on can be taken off by them.
 */
export const entering = async <A>(
  cluster: Pick<EmbeddedPostgres, 'host' | 'port'>,
  client: ClientBase,
  place: Place,
  work: (inside: ClientBase) => Promise<A>,
): Promise<A> => {
  const url = await openEntry(cluster, client, place);
  try {
    return await withClient(url, { timeoutMs: TIMEOUT_MS }, work);
  } finally {
    await closeEntry(client, place.database);
  }
};

/** A database beside a session's own, with the way into it. */
export const dropBeside = async (client: ClientBase, database: string): Promise<void> => {
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
  if (rowCount === 1) await sql.runAll(client, sql.dropDatabase(database));
  await client.query(sql.dropRole(database));
};
