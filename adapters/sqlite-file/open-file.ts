import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import * as Either from 'fp-ts/lib/Either.js';
import { acknowledgedFile, readAcknowledged } from './acknowledged.ts';
import { createFile } from './create-file.ts';
import { inspectFile } from './inspect-file.ts';
import { type Migration, migrate } from './migrate.ts';
import { damaged, missing, type OpenError, openFailure, tooOld } from './open-error.ts';
import { pragma } from './pragma.ts';

export type SqliteFile = {
  readonly file: string;
  /** What a person calls it, e.g. `event store`. */
  readonly what: string;
  /** Marks the file as ours: https://sqlite.org/pragma.html#pragma_application_id */
  readonly applicationId: number;
  /** One step per schema version, oldest first; never edited once released. */
  readonly migrations: readonly Migration[];
  /** How long a statement waits for another process's write, in ms. It blocks the event loop. */
  readonly busyTimeoutMs: number;
  /** How far it is, where that is noted with every commit: a query for a number that only grows, and of what. */
  readonly progress?: { readonly of: string; readonly query: string };
};

const gone = (file: string, acknowledged: number): string =>
  `it is missing, but ${acknowledged} changes of it were acknowledged. To start empty, delete ${acknowledgedFile(file)}`;

const open = ({ file, migrations, busyTimeoutMs }: SqliteFile): DatabaseSync => {
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    if (pragma(db, 'user_version') < migrations.length) migrate(db, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/**
 * Opens a database file of ours, or creates it (mode 0600) where there is none: WAL, `synchronous=FULL`, schema up to
 * date. A file that is damaged, foreign or newer than this release is refused and left exactly as it is.
 */
export const openSqliteFile = (spec: SqliteFile): Either.Either<OpenError, DatabaseSync> => {
  const { file, what, applicationId, migrations } = spec;
  try {
    if (!existsSync(file)) {
      // A new database beside an old log would replay it, or throw it away.
      if (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size) {
        return Either.left(
          damaged(file, what, `its write-ahead log ${file}-wal is there, but it is missing`),
        );
      }
      const acknowledged = readAcknowledged(file) ?? 0;
      if (acknowledged > 0) return Either.left(damaged(file, what, gone(file, acknowledged)));
      createFile(file, applicationId, migrations);
    }
    const inspected = inspectFile(spec);
    return Either.isLeft(inspected) ? inspected : Either.right(open(spec));
  } catch (error) {
    return Either.left(openFailure(file, what, error));
  }
};

/** Opens a file of ours to look into it, also while a server writes it. Nothing is created, migrated or changed. */
export const openSqliteFileForReading = (spec: SqliteFile): Either.Either<OpenError, DatabaseSync> => {
  const { file, what, migrations, busyTimeoutMs } = spec;
  const version = migrations.length;
  if (!existsSync(file)) return Either.left(missing(file, what));
  const inspected = inspectFile(spec);
  if (Either.isLeft(inspected)) return inspected;
  try {
    const db = new DatabaseSync(file, { readOnly: true, timeout: busyTimeoutMs });
    const found = pragma(db, 'user_version');
    if (found === version) return Either.right(db);
    db.close();
    return Either.left(tooOld(file, what, found, version));
  } catch (error) {
    return Either.left(openFailure(file, what, error));
  }
};
