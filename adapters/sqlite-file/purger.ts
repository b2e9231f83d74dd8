import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf } from './error-codes.ts';
import type { Logger } from './logger.ts';
import { writeAnew } from './write-anew.ts';
import { writeAnewBeside } from './write-anew-beside.ts';

/** What is forgotten within it is purged in one go: the file is written anew, however little is to be purged. */
const GATHER_MS = 3_000;
/** After an attempt that failed, as where somebody else reads the file just then. */
const AGAIN_MS = 30_000;
/** A gigabyte takes ten seconds and more. After each attempt, also one that failed, come so many times what it took. */
const REST = 20;
/** What is larger when it is closed is left to the next start: a stop must not take longer than it may. */
const LARGEST_AT_CLOSE = 50 * 2 ** 20;

type Options = {
  readonly logger?: Logger;
  readonly againMs?: number;
  /** In a thread: nobody is held up who asks `idle` before each write. Left out, at once: for files that stay small. */
  readonly isBeside?: boolean;
  readonly largestAtClose?: number;
  readonly now?: () => number;
};
type Due = { timer?: NodeJS.Timeout; isWrittenAnew: boolean; readonly ended: PromiseWithResolvers<void> };

/**
 * Takes former contents off the disk. Overwriting is not enough: the write-ahead log still has the pages as they were,
 * and a page SQLite has rebalanced keeps copies of rows that are no longer in it, also with `secure_delete`.
 */
export const purger = (
  database: DatabaseSync,
  {
    logger,
    againMs = AGAIN_MS,
    isBeside = false,
    largestAtClose = LARGEST_AT_CLOSE,
    now = () => performance.now(),
  }: Options = {},
) => {
  const file = String(database.location());
  /** There while something is due: a process that is killed before it is done has the next one do it. */
  const mark = `${file}-purge-due`;
  /** What waits for its time. */
  let due: Due | undefined;
  /** A thread that writes the file anew. */
  let running: Promise<void> | undefined;
  let restedAt = 0;

  const done = (purged: Due, isEmpty: boolean): void => {
    purged.isWrittenAnew = true;
    if (!isEmpty) throw new Error('another process reads the file; its write-ahead log could not be emptied');
    // What was asked for meanwhile is still to be done.
    if (due === undefined) rmSync(mark, { force: true });
    purged.ended.resolve();
  };

  const warn = (error: unknown): void =>
    logger?.warn(
      { file, reason: messageOf(error) },
      'what was erased is not off the disk yet; it is tried again, at the latest at the next start',
    );

  const failed = (purged: Due, error: unknown): void => {
    warn(error);
    if (due === undefined) plan(purged, againMs);
    else due.ended.promise.then(purged.ended.resolve, purged.ended.reject);
  };

  const rest = (since: number): void => {
    restedAt = Math.max(restedAt, now() + (now() - since) * REST);
  };

  const here = (purged: Due): void => {
    const since = now();
    try {
      done(purged, writeAnew(database, purged));
    } catch (error) {
      failed(purged, error);
    }
    rest(since);
  };

  const inThread = async (purged: Due): Promise<void> => {
    const since = now();
    try {
      done(purged, await writeAnewBeside(file, purged));
    } catch (error) {
      failed(purged, error);
    }
    rest(since);
  };

  const begin = (planned: Due): void => {
    const early = planned.isWrittenAnew ? 0 : restedAt - now();
    if (running !== undefined) void running.then(() => due === planned && begin(planned));
    else if (early > 0) plan(planned, early);
    else {
      due = undefined;
      // Not within: what fails before the thread has begun ends before it is assigned.
      if (isBeside)
        running = inThread(planned).finally(() => {
          running = undefined;
        });
      else here(planned);
    }
  };

  const plan = (planned: Due, ms: number): void => {
    due = planned;
    planned.timer = setTimeout(() => begin(planned), ms);
  };

  const soon = (): Promise<void> => {
    writeFileSync(mark, '', { mode: 0o600 });
    if (due === undefined) {
      const planned = { isWrittenAnew: false, ended: Promise.withResolvers<void>() };
      // Said where it fails: who does not wait for it need not hear of it.
      planned.ended.promise.catch(() => undefined);
      plan(planned, GATHER_MS);
      return planned.ended.promise;
    }
    due.isWrittenAnew = false;
    return due.ended.promise;
  };
  if (existsSync(mark)) void soon();

  return {
    /**
     * Resolves when everything written over until now is off the disk, after as many attempts as it takes; rejects where
     * the file is closed before.
     */
    soon,
    /** Resolves when no thread writes the file anew; what is done at once then is not in its way. */
    idle: async (): Promise<void> => {
      while (running !== undefined) await running;
    },
    /** What is due is tried once more before the file is closed, where that does not take long. */
    atOnce: (): void => {
      const last = due;
      due = undefined;
      if (last === undefined) return;
      clearTimeout(last.timer);
      try {
        if (statSync(file).size > largestAtClose)
          throw new Error('the file is large, and about to be closed');
        done(last, writeAnew(database, last));
      } catch (error) {
        warn(error);
        last.ended.reject(error);
      }
    },
  };
};
