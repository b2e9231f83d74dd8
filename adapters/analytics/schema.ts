import type { DatabaseSync } from 'node:sqlite';
import { openStore } from '../sqlite.ts';

/** `mk0a`, in the file's header. */
const APPLICATION_ID = 0x6d6b3061;

const VERSION_1 = `
  CREATE TABLE apps (
    id TEXT PRIMARY KEY,
    created_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    app_id TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    uuid TEXT NOT NULL,
    event TEXT NOT NULL,
    distinct_id TEXT NOT NULL,
    at TEXT NOT NULL,
    properties TEXT NOT NULL,
    UNIQUE (app_id, uuid)
  ) STRICT;
  CREATE INDEX events_newest ON events (app_id, seq);
`;

export const openAnalyticsFile = (file: string): DatabaseSync => {
  const database = openStore({
    file,
    what: 'analytics store',
    applicationId: APPLICATION_ID,
    migrations: [VERSION_1],
  });
  // A killed process loses nothing by this; a power cut may take the last events, which is what analytics may lose.
  database.exec('PRAGMA synchronous = NORMAL');
  return database;
};
