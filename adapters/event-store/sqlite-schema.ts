/** `mk0E` */
export const APPLICATION_ID = 0x6d6b3045;

/**
 * Streams are numbered, and ids have no index of their own, because a commit costs about 7 µs for each page it dirties:
 * a name in every index entry or a random id would double the pages of a group commit. An append names its revision, so
 * the id kept there is all that idempotency has to look at. AUTOINCREMENT keeps a position from ever being used twice.
 */
export const MIGRATIONS = [
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
] as const;
