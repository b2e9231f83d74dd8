import { randomUUID } from 'node:crypto';
import { closeSync, linkSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { syncDirectory } from '../files/sync-directory.ts';
import { migrate } from './migrate.ts';

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST';

/**
 * Creates the database under another name and links it into place. So a file under its own name is always whole,
 * an empty one is always damage, and of two processes that start at once one adopts the other's file.
 */
export const createFile = (file: string, applicationId: number, migrations: readonly string[]): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.new-${randomUUID()}`;
  try {
    closeSync(openSync(draft, 'wx', 0o600));
    const db = new DatabaseSync(draft);
    try {
      db.exec(`PRAGMA synchronous = FULL; PRAGMA application_id = ${applicationId}`);
      migrate(db, migrations);
    } finally {
      db.close();
    }
    linkSync(draft, file);
    syncDirectory(dirname(file));
  } catch (error) {
    if (!isTaken(error)) throw error;
  } finally {
    rmSync(draft, { force: true });
    rmSync(`${draft}-journal`, { force: true });
  }
};
