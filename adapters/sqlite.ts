import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export type Durability =
  /** Every commit reaches the disk before it returns. */
  | 'FULL'
  /** Survives a killed process; a power cut may take the last commits. */
  | 'NORMAL';

/**
 * Opens (or creates, readable by us alone) a WAL database and applies `schema`, which must be re-runnable.
 * A file that is not a healthy database is left as it is: the error names it.
 */
export const openDatabase = (file: string, schema: string, durability: Durability): DatabaseSync => {
  mkdirSync(dirname(file), { recursive: true });
  // Created here and not by SQLite: -wal and -shm take over the mode of the main file.
  closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability}; PRAGMA secure_delete = ON;`,
    );
    database.exec(schema);
    return database;
  } catch (cause) {
    database.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot open ${file}: ${reason}. Nothing was changed; move it away to start empty.`, {
      cause,
    });
  }
};

/** Runs `work` in one write transaction; whatever it throws rolls back and is thrown on. */
export const inTransaction = <T>(database: DatabaseSync, work: () => T): T => {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite has already rolled back by itself after SQLITE_FULL and I/O errors.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
};
