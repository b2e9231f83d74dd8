import { escapeIdentifier, escapeLiteral } from 'pg';

const CONNECTION_LIMIT = 20;

const ROLE_LIMITS = `LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT ${CONNECTION_LIMIT}`;

/** Role and database of a session share one name, which is what `sameuser` in pg_hba.conf goes by. */
export const createRole = (name: string): string => `CREATE ROLE ${escapeIdentifier(name)} ${ROLE_LIMITS}`;

/** On adoption as well: limits come back, and whoever knew the old password is out. */
export const resetRole = (name: string, verifier: string): readonly string[] => [
  `ALTER ROLE ${escapeIdentifier(name)} ${ROLE_LIMITS} PASSWORD ${escapeLiteral(verifier)}`,
  `ALTER ROLE ${escapeIdentifier(name)} SET temp_file_limit = '512MB'`,
];

/** `template0`: nothing anybody may have left in template1 gets in. */
export const createDatabase = (name: string): string =>
  `CREATE DATABASE ${escapeIdentifier(name)} OWNER ${escapeIdentifier(name)} TEMPLATE template0`;

/** The owner may have closed its own database or marked it a template; both would outlast an adoption. */
export const resetDatabase = (name: string): readonly string[] => [
  `REVOKE ALL ON DATABASE ${escapeIdentifier(name)} FROM PUBLIC`,
  `ALTER DATABASE ${escapeIdentifier(name)} WITH ALLOW_CONNECTIONS true CONNECTION LIMIT -1 IS_TEMPLATE false`,
];

/** A database marked as a template refuses to be dropped. */
export const dropDatabase = (name: string): readonly string[] => [
  `ALTER DATABASE ${escapeIdentifier(name)} WITH IS_TEMPLATE false`,
  `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`,
];

export const dropRole = (name: string): string => `DROP ROLE IF EXISTS ${escapeIdentifier(name)}`;
