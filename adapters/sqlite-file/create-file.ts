import { randomUUID } from 'node:crypto';
import { closeSync, linkSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { syncDirectory } from '../files/sync-directory.ts';
import { type Migration, migrate } from './migrate.ts';
import { pragma } from './pragma.ts';

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST';

/**
 * Creates the database under another name and links it into place. So a file under its own name is always whole,
 * an empty one is always damage, and of two processes that start at once one adopts the other's file. It is in WAL mode
 * from the start: a process killed while it changes the mode would leave a rollback journal, which no reader may apply.
 */
export const createFile = (file: string, applicationId: number, migrations: readonly Migration[]): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.new-${randomUUID()}`;
  try {
    closeSync(openSync(draft, 'wx', 0o600));
    const db = new DatabaseSync(draft);
    try {
      db.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA application_id = ${applicationId}`,
      );
      migrate(db, migrations);
      // Closing does so too, but keeps to itself that it failed; and only the file itself gets the name.
      if (pragma(db, 'wal_checkpoint(TRUNCATE)') !== 0) throw new Error('somebody else reads a new file');
    } finally {
      db.close();
    }
    linkSync(draft, file);
    syncDirectory(dirname(file));
  } catch (error) {
    if (!isTaken(error)) throw error;
  } finally {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(draft + suffix, { force: true });
  }
};
