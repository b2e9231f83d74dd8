import { DatabaseSync } from 'node:sqlite';
import type { NewEvent } from '../commands/ports/event-store.ts';

/** As narrow as a log can be: no checksum, no trigger. */
const SCHEMA = `
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream INTEGER NOT NULL REFERENCES streams (id),
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
`;

/** The floor: `node:sqlite` alone, doing the same inserts, commits and reads, checking nothing. */
export const openRaw = (file: string) => {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec('PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -32768');
  db.exec(SCHEMA);
  const insertStream = db.prepare('INSERT INTO streams (name) VALUES (?)');
  const insertEvent = db.prepare(
    'INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const selectStream = db.prepare('SELECT * FROM events WHERE stream = ? ORDER BY revision');
  const selectAll = db.prepare('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?');

  const parsed = (rows: ReturnType<typeof selectAll.all>) =>
    rows.map((row) => ({
      ...row,
      data: JSON.parse(String(row.data)),
      metadata: JSON.parse(String(row.metadata)),
    }));

  return {
    newStream: (name: string): number | bigint => insertStream.run(name).lastInsertRowid,
    /** One event for each stream, in one commit. */
    append: (streams: readonly (number | bigint)[], revision: number, makeEvent: () => NewEvent): void => {
      begin.run();
      for (const stream of streams) {
        const { id, type, data, metadata } = makeEvent();
        insertEvent.run(stream, revision, id, type, JSON.stringify(data), JSON.stringify(metadata));
      }
      commit.run();
    },
    readStream: (stream: number | bigint) => parsed(selectStream.all(stream)),
    readAll: (after: number, limit: number) => parsed(selectAll.all(after, limit)),
    close: () => db.close(),
  };
};
