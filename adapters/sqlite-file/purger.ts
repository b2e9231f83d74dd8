import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf } from './error-codes.ts';
import type { Logger } from './logger.ts';
import { pragma } from './pragma.ts';

/** What is forgotten within it is purged in one go: the file is written anew, however little is to be purged. */
const GATHER_MS = 3_000;
/** After an attempt that failed, as where somebody else reads the file just then. */
const AGAIN_MS = 30_000;

type Options = { readonly logger?: Logger; readonly againMs?: number };
type Due = { timer?: NodeJS.Timeout; readonly ended: PromiseWithResolvers<void> };

/**
 * Takes former contents off the disk. Overwriting is not enough: the write-ahead log still has the pages as they were,
 * and a page SQLite has rebalanced keeps copies of rows that are no longer in it, also with `secure_delete`.
 */
export const purger = (database: DatabaseSync, { logger, againMs = AGAIN_MS }: Options = {}) => {
  /** There while something is due: a process that is killed before it is done has the next one do it. */
  const mark = `${database.location()}-purge-due`;
  let due: Due | undefined;
  /** All that is left to do then is to empty the write-ahead log. */
  let isWrittenAnew = false;

  const purge = (): void => {
    if (!isWrittenAnew) database.exec('VACUUM');
    isWrittenAnew = true;
    if (pragma(database, 'wal_checkpoint(TRUNCATE)') !== 0)
      throw new Error('another process reads the file; its write-ahead log could not be emptied');
    rmSync(mark, { force: true });
  };

  const run = ({ timer, ended }: Due, orElse: (error: unknown) => void): void => {
    clearTimeout(timer);
    try {
      purge();
      due = undefined;
      ended.resolve();
    } catch (error) {
      logger?.warn(
        { file: database.location(), reason: messageOf(error) },
        'what was erased is not off the disk yet; it is tried again, at the latest at the next start',
      );
      orElse(error);
    }
  };

  const plan = (planned: Due, ms: number): void => {
    planned.timer = setTimeout(() => run(planned, () => plan(planned, againMs)), ms);
  };

  const soon = (): Promise<void> => {
    isWrittenAnew = false;
    if (due === undefined) {
      writeFileSync(mark, '', { mode: 0o600 });
      due = { ended: Promise.withResolvers() };
      // Said where it fails: who does not wait for it need not hear of it.
      due.ended.promise.catch(() => undefined);
      plan(due, GATHER_MS);
    }
    return due.ended.promise;
  };
  if (existsSync(mark)) void soon();

  return {
    /**
     * Resolves when everything written over until now is off the disk, after as many attempts as it takes; rejects where
     * the file is closed before.
     */
    soon,
    /** What is due is tried once more before the file is closed. */
    atOnce: (): void => {
      if (due !== undefined) run(due, due.ended.reject);
      due = undefined;
    },
  };
};
