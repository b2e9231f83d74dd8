import type { DatabaseSync } from 'node:sqlite';
import { pragma } from '../sqlite-file/pragma.ts';

/** What is forgotten within it is purged in one go: the file is written anew, however little is to be purged. */
const GATHER_MS = 3_000;

/**
 * Takes former contents off the disk. Overwriting is not enough: the write-ahead log still has the pages as they were,
 * and a page SQLite has rebalanced keeps copies of rows that are no longer in it, also with `secure_delete`.
 */
export const purger = (database: DatabaseSync) => {
  let due:
    | { readonly timer: NodeJS.Timeout; readonly done: Promise<void>; readonly run: () => void }
    | undefined;

  const purge = (): void => {
    database.exec('VACUUM');
    if (pragma(database, 'wal_checkpoint(TRUNCATE)') !== 0)
      throw new Error('another process reads the views; the write-ahead log could not be emptied');
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
    return { timer: setTimeout(run, GATHER_MS), done: promise, run };
  };

  return {
    /** Resolves when everything written over until now is off the disk. */
    soon: (): Promise<void> => {
      due ??= plan();
      return due.done;
    },
    /** What is due is done before the file is closed. */
    atOnce: (): void => {
      if (due === undefined) return;
      clearTimeout(due.timer);
      due.run();
    },
  };
};
