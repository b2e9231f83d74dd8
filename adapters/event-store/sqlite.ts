import * as Either from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { EventStore } from '../../commands/ports/event-store.ts';
import type { Logger } from '../sqlite-file/logger.ts';
import type { OpenError } from '../sqlite-file/open-error.ts';
import { openSqliteFile, openSqliteFileForReading, type SqliteFile } from '../sqlite-file/open-file.ts';
import { APPLICATION_ID, MIGRATIONS } from './sqlite-schema.ts';
import { eventStoreOver } from './sqlite-store.ts';

/** The event store's file, as `openSqliteFile` wants it described. */
export const eventStoreFile = (file: string): SqliteFile => ({
  file,
  what: 'event store',
  applicationId: APPLICATION_ID,
  migrations: MIGRATIONS,
  // Short, since waiting for another process's commit blocks the event loop; the group commit waits outside of it.
  busyTimeoutMs: 50,
  progress: { of: 'event', query: 'SELECT max(position) FROM events' },
});

/**
 * The embedded event log: one SQLite file in WAL mode, every append synced to disk before it resolves. Appends of one
 * turn of the event loop share a commit; other processes may append to the same file. Positions are the decimal text
 * of a number that only grows; since SQLite has a single writer, their order is the order of commits.
 *
 * A file that is damaged, foreign or of a newer release is refused and left as it is.
 */
export const openSqliteEventStore = (options: {
  readonly file: string;
  readonly logger?: Logger;
}): Either.Either<OpenError, EventStore> =>
  pipe(
    openSqliteFile(eventStoreFile(options.file)),
    Either.map((db) => eventStoreOver(db, options.logger)),
  );

/** The log for whoever only looks into it, also while a server appends: what is appended is refused. */
export const readSqliteEventStore = (file: string): Either.Either<OpenError, EventStore> =>
  pipe(
    openSqliteFileForReading(eventStoreFile(file)),
    Either.map((db) => eventStoreOver(db)),
  );
