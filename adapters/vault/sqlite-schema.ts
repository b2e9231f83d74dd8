/** `mk0V` */
export const APPLICATION_ID = 0x6d6b3056;

/**
 * A session whose wrapped key is all zeros has been shredded; its row stays, so that the key is never made again.
 *
 * `secure_delete` clears what it frees, but a page that SQLite rebalances keeps stale copies of moved cells (measured:
 * about one deleted value in 2,000 left some ciphertext behind). Those are nothing without their key, so the keys are
 * laid out never to move: rows in order of insertion, of a size that never changes, overwritten in place.
 *
 * `changes` counts every change, so that a vault that lost its last ones does not pass for one that is whole: a key
 * would be missing, and words read `[erased]` that nobody erased, or one that was shredded would be back.
 */
export const MIGRATIONS = [
  `
  CREATE TABLE key_check (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sealed BLOB NOT NULL
  ) STRICT;

  CREATE TABLE sessions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    wrapped_key BLOB NOT NULL CHECK (length(wrapped_key) = 60)
  ) STRICT;

  CREATE TABLE secrets (
    session TEXT NOT NULL REFERENCES sessions (id),
    name TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (session, name)
  ) STRICT;
  `,
  `
  CREATE TABLE changes (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL
  ) STRICT;

  INSERT INTO changes (id, number) VALUES (1, 0);
  `,
  `
  CREATE TABLE files (
    session TEXT NOT NULL REFERENCES sessions (id),
    name TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (session, name)
  ) STRICT;
  `,
] as const;
