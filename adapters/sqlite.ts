import type { DatabaseSync } from 'node:sqlite';
import { isLeft } from 'fp-ts/lib/Either.js';
import { openSqliteFile, type SqliteFile } from './sqlite-file/open-file.ts';

/** Why a file was refused; the message names it and says what to do. */
export class UnusableStore extends Error {
  override readonly name = 'UnusableStore';
}

/** Opens the store of an embedded service at its start; throws `UnusableStore`. */
export const openStore = (spec: Omit<SqliteFile, 'busyTimeoutMs'>): DatabaseSync => {
  const opened = openSqliteFile({ ...spec, busyTimeoutMs: 5_000 });
  if (isLeft(opened)) throw new UnusableStore(opened.left.message);
  // What is deleted here was about people: overwrite it, do not only unlink it.
  opened.right.exec('PRAGMA secure_delete = ON');
  return opened.right;
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
