import type { DatabaseSync } from 'node:sqlite';
import * as Either from 'fp-ts/lib/Either.js';
import * as TaskEither from 'fp-ts/lib/TaskEither.js';
import type { EventStore } from '../../commands/ports/event-store.ts';
import { acknowledgements } from '../sqlite-file/acknowledged.ts';
import type { Logger } from '../sqlite-file/logger.ts';
import { createBell } from './bell.ts';
import { createGivingWay } from './giving-way.ts';
import { groupCommit } from './group-commit.ts';
import { toReadError } from './sqlite-errors.ts';
import { preparedReads } from './sqlite-reads.ts';
import { toRow } from './sqlite-rows.ts';
import { subscription } from './subscription.ts';

const tune = (db: DatabaseSync): void => {
  // A hot page is copied to the file once per checkpoint: every 32 MiB of log instead of every 4.
  db.exec('PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -32768');
};

/** The store over an open file of ours, which it closes with itself. */
export const eventStoreOver = (db: DatabaseSync, logger?: Logger): EventStore => {
  tune(db);
  const file = db.location() ?? '';
  const bell = createBell();
  const acknowledged = acknowledgements(file, logger);
  const writer = groupCommit(
    db,
    (position) => {
      acknowledged.note(position);
      bell.ring();
    },
    logger,
  );
  const reads = preparedReads(db);
  const givingWay = createGivingWay();
  const closing = new AbortController();

  const attempt =
    <A>(read: () => A) =>
    () =>
      Either.tryCatch(read, (error) => {
        const refusal = toReadError(file, error);
        logger?.warn({ reason: refusal.message }, 'the event store could not be read');
        return refusal;
      });
  const reading = <A>(read: () => A) => TaskEither.fromIOEither(attempt(read));

  const readAll: EventStore['readAll'] = (range) => reading(() => reads.all(range));

  return {
    append: (stream, expected, events) => async () =>
      writer.append({ stream, expected, rows: events.map(toRow) }),
    readStream: (stream, range) => () => givingWay(attempt(() => reads.stream(stream, range))),
    readAll,
    subscribeAll: (options) => {
      const signal = AbortSignal.any([options.signal, closing.signal]);
      return subscription(readAll, bell, { ...options, signal }, logger);
    },
    head: () => reading(reads.head),
    close: async () => {
      closing.abort();
      writer.close();
      acknowledged.close();
      if (db.isOpen) db.close();
    },
  };
};
