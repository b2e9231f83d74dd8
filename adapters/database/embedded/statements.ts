import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg';
import { SUPERUSER } from './config.ts';

const CONNECTION_LIMIT = 20;

const ROLE_LIMITS = `LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT ${CONNECTION_LIMIT}`;

/** Role and database of a session share one name, which is what `sameuser` in pg_hba.conf goes by. */
export const createRole = (name: string): string => `CREATE ROLE ${escapeIdentifier(name)} ${ROLE_LIMITS}`;

/** On adoption as well: limits come back, and whoever knew the old password is out. */
export const resetRole = (name: string, verifier: string): readonly string[] => [
  `ALTER ROLE ${escapeIdentifier(name)} ${ROLE_LIMITS} PASSWORD ${escapeLiteral(verifier)}`,
  `ALTER ROLE ${escapeIdentifier(name)} SET temp_file_limit = '512MB'`,
];

export const runAll = async (client: ClientBase, statements: readonly string[]): Promise<void> => {
  for (const statement of statements) await client.query(statement);
};

/** Nothing anybody may have left in template1 gets in. */
export const PRISTINE = 'template0';

/** What is in it belongs to whom it belonged to; the database itself to the superuser, unless it is said whose it is. */
export const copyDatabase = (name: string, template: string, owner: string = SUPERUSER): string =>
  `CREATE DATABASE ${escapeIdentifier(name)} OWNER ${escapeIdentifier(owner)} TEMPLATE ${escapeIdentifier(template)}`;

export const createDatabase = (name: string): string => copyDatabase(name, PRISTINE, name);

export const renameDatabase = (name: string, next: string): string =>
  `ALTER DATABASE ${escapeIdentifier(name)} RENAME TO ${escapeIdentifier(next)}`;

/** Its session has nothing to say about it any more. */
export const keepDatabase = (name: string, copy: string): readonly string[] => [
  renameDatabase(name, copy),
  `ALTER DATABASE ${escapeIdentifier(copy)} OWNER TO ${escapeIdentifier(SUPERUSER)}`,
  `COMMENT ON DATABASE ${escapeIdentifier(copy)} IS NULL`,
];

/** Whoever may connect may also see how large it is. */
export const closeToPublic = (name: string): string =>
  `REVOKE ALL ON DATABASE ${escapeIdentifier(name)} FROM PUBLIC`;

/** The owner may have closed its own database or marked it a template; both would outlast an adoption. */
export const resetDatabase = (name: string): readonly string[] => [
  closeToPublic(name),
  `ALTER DATABASE ${escapeIdentifier(name)} WITH ALLOW_CONNECTIONS true CONNECTION LIMIT -1 IS_TEMPLATE false`,
];

/**
 * A database marked as a template refuses to be dropped; one whose drop was cut off (`datconnlimit` -2) refuses everything
 * else. https://www.postgresql.org/docs/17/catalog-pg-database.html
 */
export const dropDatabase = (name: string): readonly string[] => [
  `DO $$ BEGIN
     IF EXISTS (SELECT FROM pg_database WHERE datname = ${escapeLiteral(name)} AND datconnlimit <> -2) THEN
       ALTER DATABASE ${escapeIdentifier(name)} WITH IS_TEMPLATE false;
     END IF;
   END $$`,
  `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`,
];

export const dropRole = (name: string): string => `DROP ROLE IF EXISTS ${escapeIdentifier(name)}`;

/** Ends the write-ahead log that still holds a dropped database's rows, and everything before the next. */
export const PURGE_LOG = ['SELECT pg_switch_wal()', 'CHECKPOINT'] as const;
