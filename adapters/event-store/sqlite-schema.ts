import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from '../sqlite-file/migrate.ts';
import { checksumOf } from './checksum.ts';

/** `mk0E` */
export const APPLICATION_ID = 0x6d6b3045;

/** What an older log holds is taken as it reads; from here on it cannot change unnoticed. */
const addChecksums = (db: DatabaseSync): void => {
  db.function('event_checksum', { deterministic: true }, (stream, revision, id, type, data, metadata) =>
    checksumOf(String(stream), Number(revision), {
      id: String(id),
      type: String(type),
      data: String(data),
      metadata: String(metadata),
    }),
  );
  db.exec(`
    DROP TRIGGER events_are_never_changed;
    ALTER TABLE events ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
    UPDATE events SET checksum = event_checksum(
      (SELECT name FROM streams WHERE id = stream), revision, id, type, data, metadata);
    CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'a recorded event is a fact'); END`);
};

/**
 * Streams are numbered, and ids have no index of their own, because a commit costs about 7 µs for each page it dirties:
 * a name in every index entry or a random id would double the pages of a group commit. An append names its revision, so
 * the id kept there is all that idempotency has to look at. AUTOINCREMENT keeps a position from ever being used twice.
 * SQLite's file has no checksums of its own, so that each row carries one.
 */
export const MIGRATIONS: readonly Migration[] = [
  `
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream INTEGER NOT NULL REFERENCES streams (id),
    revision INTEGER NOT NULL CHECK (revision >= 0),
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;

  CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'a recorded event is a fact'); END;

  CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'a recorded event is a fact'); END;
  `,
  addChecksums,
];
