import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { pragma } from './pragma.ts';

/** What is forgotten within it is purged in one go: the file is written anew, however little is to be purged. */
const GATHER_MS = 3_000;

/**
 * Takes former contents off the disk. Overwriting is not enough: the write-ahead log still has the pages as they were,
 * and a page SQLite has rebalanced keeps copies of rows that are no longer in it, also with `secure_delete`.
 */
export const purger = (database: DatabaseSync) => {
  /** There while something is due: a process that is killed before it is done has the next one do it. */
  const mark = `${database.location()}-purge-due`;
  let due:
    | { readonly timer: NodeJS.Timeout; readonly done: Promise<void>; readonly run: () => void }
    | undefined;

  const purge = (): void => {
    database.exec('VACUUM');
    if (pragma(database, 'wal_checkpoint(TRUNCATE)') !== 0)
      throw new Error('another process reads the file; its write-ahead log could not be emptied');
    rmSync(mark, { force: true });
  };

  const plan = (): NonNullable<typeof due> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const run = (): void => {
      due = undefined;
      try {
        purge();
        resolve();
      } catch (error) {
        reject(error);
      }
    };
    writeFileSync(mark, '', { mode: 0o600 });
    return { timer: setTimeout(run, GATHER_MS), done: promise, run };
  };

  const soon = (): Promise<void> => {
    due ??= plan();
    return due.done;
  };
  // Nobody waits for it, and one that fails is due again at the next start.
  if (existsSync(mark)) soon().catch(() => undefined);

  return {
    /** Resolves when everything written over until now is off the disk. */
    soon,
    /** What is due is done before the file is closed. */
    atOnce: (): void => {
      if (due === undefined) return;
      clearTimeout(due.timer);
      due.run();
    },
  };
};
