/** `mk0v` */
export const APPLICATION_ID = 0x6d6b3076;

/** The first release knew no catalogue: what it left is version 1 of each projection, and serves. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE checkpoints (tbl TEXT PRIMARY KEY, position TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE rows (tbl TEXT NOT NULL, key TEXT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (tbl, key)) WITHOUT ROWID;
   CREATE TABLE lookups (
     tbl TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, key TEXT NOT NULL,
     PRIMARY KEY (tbl, name, value, key)
   ) WITHOUT ROWID;
   CREATE INDEX lookups_by_key ON lookups (tbl, key);`,

  `CREATE TABLE tables (
     name TEXT PRIMARY KEY,
     projection TEXT NOT NULL,
     version INTEGER NOT NULL,
     generation INTEGER NOT NULL,
     role TEXT NOT NULL CHECK (role IN ('building', 'serving', 'kept', 'dropped')),
     pinned INTEGER NOT NULL DEFAULT 0
   ) STRICT, WITHOUT ROWID;
   CREATE UNIQUE INDEX one_table_a_role ON tables (projection, role) WHERE role <> 'dropped';
   INSERT INTO tables (name, projection, version, generation, role)
     SELECT tbl, substr(tbl, 1, length(tbl) - 3), 1, 1, 'serving' FROM checkpoints WHERE substr(tbl, -3) = '_v1';`,
];
