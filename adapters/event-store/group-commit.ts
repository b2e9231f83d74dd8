import type { DatabaseSync } from 'node:sqlite';
import * as Either from 'fp-ts/lib/Either.js';
import type { AppendError, Appended } from '../../commands/ports/event-store.ts';
import { isBusy, isFailedSync, messageOf } from '../sqlite-file/error-codes.ts';
import type { Logger } from '../sqlite-file/logger.ts';
import { type AppendRequest, preparedAppend } from './sqlite-append.ts';
import { toAppendError, unavailable } from './sqlite-errors.ts';

type Answer = Either.Either<AppendError, Appended>;
type Waiting = { readonly request: AppendRequest; readonly answer: (answer: Answer) => void };

const SYNC_FAILED = 'the disk failed to sync; restart once it is healthy';

/** Appends in one transaction, which bounds how long a commit keeps the event loop. */
const GROUP = 1024;
/** While another process holds the write lock: how long to leave the event loop between tries, and when to give up. */
const BUSY_PAUSE_MS = 20;
const BUSY_LIMIT_MS = 5_000;

/** An append that was answered before has the position of then. */
const lastOf = (answers: readonly Answer[]): number =>
  answers.reduce(
    (last, answer) => (Either.isRight(answer) ? Math.max(last, Number(answer.right.position)) : last),
    0,
  );

/**
 * Coalesces the appends that arrive in one turn of the event loop into one transaction, hence one sync of the disk.
 * Each is judged and answered on its own; answers go out after the commit, and after `onCommitted` was told how far the
 * log has come.
 */
export const groupCommit = (db: DatabaseSync, onCommitted: (position: number) => void, logger?: Logger) => {
  const appendOne = preparedAppend(db);
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  let queue: Waiting[] = [];
  let scheduled = false;
  let busySince: number | undefined;
  let refusal: AppendError | undefined;

  const takeGroup = (): readonly Waiting[] => {
    const group = queue.length > GROUP ? queue.slice(0, GROUP) : queue;
    queue = queue.length > GROUP ? queue.slice(GROUP) : [];
    return group;
  };

  const failAll = (group: readonly Waiting[], error: AppendError): void => {
    for (const { answer } of group) answer(Either.left(error));
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    // After the poll phase: every request the event loop has just read joins the group.
    setImmediate(flush);
  };

  const write = (group: readonly Waiting[]): void => {
    try {
      const answers = group.map(({ request }) => appendOne(request));
      commit.run();
      if (answers.some(Either.isRight)) onCommitted(lastOf(answers));
      answers.forEach((answer, index) => {
        group[index]?.answer(answer);
      });
    } catch (error) {
      // After a failed sync the kernel may have dropped the pages: a later one that succeeds would prove nothing.
      if (isFailedSync(error)) refusal = unavailable(SYNC_FAILED);
      const consequence = refusal === undefined ? '' : `, and none will be: ${SYNC_FAILED}`;
      logger?.warn(
        { reason: messageOf(error), appends: group.length },
        `appends were not committed${consequence}`,
      );
      failAll(group, toAppendError(error));
      // SQLite has already rolled back by itself after a full disk and some I/O errors.
      if (db.isTransaction) db.exec('ROLLBACK');
    }
  };

  const beginFailed = (error: unknown): void => {
    busySince ??= performance.now();
    if (isBusy(error) && performance.now() - busySince < BUSY_LIMIT_MS) {
      scheduled = true;
      setTimeout(flush, BUSY_PAUSE_MS);
      return;
    }
    busySince = undefined;
    failAll(takeGroup(), toAppendError(error));
  };

  const flush = (): void => {
    scheduled = false;
    if (refusal !== undefined) failAll(queue.splice(0), refusal);
    if (queue.length === 0) return;
    try {
      begin.run();
    } catch (error) {
      beginFailed(error);
      return;
    }
    busySince = undefined;
    write(takeGroup());
    if (queue.length > 0) schedule();
  };

  return {
    append: (request: AppendRequest): Promise<Answer> =>
      new Promise((answer) => {
        queue.push({ request, answer });
        schedule();
      }),
    /** Commits what waits, then refuses: every append that was called is answered. */
    close: (): void => {
      while (queue.length > 0 && busySince === undefined) flush();
      refusal = unavailable('the event store is closed');
      flush();
    },
  };
};
