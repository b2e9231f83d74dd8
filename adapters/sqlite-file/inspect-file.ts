import { closeSync, openSync, readSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import * as Either from 'fp-ts/lib/Either.js';
import { acknowledgedFile, readAcknowledged } from './acknowledged.ts';
import { damaged, foreign, type OpenError, openFailure, tooNew } from './open-error.ts';
import type { SqliteFile } from './open-file.ts';
import { pragma } from './pragma.ts';
import { firstForeignDefinition } from './schema-check.ts';

/** First bytes of every database: https://sqlite.org/fileformat.html#the_database_header */
const MAGIC = 'SQLite format 3\0';

const header = (file: string): string => {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(MAGIC.length);
    readSync(handle, bytes, 0, bytes.length, 0);
    return bytes.toString('latin1');
  } finally {
    closeSync(handle);
  }
};

/** Pages, rows and indexes: an index that lost an entry would answer that there is no such row. */
const checkIntegrity = (db: DatabaseSync): string | undefined => {
  const found = String(Object.values(db.prepare('PRAGMA integrity_check(1)').get() ?? {})[0]);
  return found === 'ok' ? undefined : found;
};

const checkSchema = (db: DatabaseSync, { migrations }: SqliteFile, version: number): string | undefined => {
  const name = firstForeignDefinition(db, migrations, version);
  return name && `its definition of "${name}" is not that of schema version ${version}`;
};

const checkProgress = (
  db: DatabaseSync,
  { file, migrations, progress }: SqliteFile,
  version: number,
  acknowledged: number | undefined,
): string | undefined => {
  if (progress === undefined || acknowledged === undefined || version < migrations.length) return undefined;
  const reached = Number(Object.values(db.prepare(progress.query).get() ?? {})[0] ?? 0);
  if (reached >= acknowledged) return undefined;
  return (
    `it ends at ${progress.of} ${reached}, but everything up to ${progress.of} ${acknowledged} was acknowledged ` +
    `(${acknowledgedFile(file)}); the write-ahead log is cut short or does not fit from there on. ` +
    `If you put an older copy here on purpose, delete ${acknowledgedFile(file)}`
  );
};

const judge = (db: DatabaseSync, spec: SqliteFile, acknowledged: number | undefined) => {
  const { file, what, applicationId, migrations } = spec;
  if (pragma(db, 'application_id') !== applicationId) return Either.left(foreign(file, what));
  const version = pragma(db, 'user_version');
  if (version > migrations.length) return Either.left(tooNew(file, what, version, migrations.length));
  const detail =
    checkIntegrity(db) ?? checkSchema(db, spec, version) ?? checkProgress(db, spec, version, acknowledged);
  return detail === undefined ? Either.right(undefined) : Either.left(damaged(file, what, detail));
};

/**
 * Whether the file is whole and ours, and holds all that was acknowledged. Read-only on purpose: a writable connection
 * would fold the write-ahead log into the file when it closes, and so change the evidence.
 */
export const inspectFile = (spec: SqliteFile): Either.Either<OpenError, undefined> => {
  const { file, what } = spec;
  try {
    if (header(file) !== MAGIC) {
      return Either.left(damaged(file, what, 'it does not begin like a SQLite database'));
    }
    // Before the database: what another process commits meanwhile is not missing.
    const acknowledged = readAcknowledged(file);
    const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    try {
      return judge(db, spec, acknowledged);
    } finally {
      db.close();
    }
  } catch (error) {
    return Either.left(openFailure(file, what, error));
  }
};
