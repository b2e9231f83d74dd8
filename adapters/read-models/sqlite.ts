import type { DatabaseSync } from 'node:sqlite';
import type { ReadModels, Row } from '../../projections/ports.ts';
import { inTransaction, openStore } from '../sqlite.ts';
import { purger } from './purger.ts';

const APPLICATION_ID = 0x6d6b3076;

const MIGRATIONS: readonly string[] = [
  `CREATE TABLE checkpoints (tbl TEXT PRIMARY KEY, position TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE rows (tbl TEXT NOT NULL, key TEXT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (tbl, key)) WITHOUT ROWID;
   CREATE TABLE lookups (
     tbl TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, key TEXT NOT NULL,
     PRIMARY KEY (tbl, name, value, key)
   ) WITHOUT ROWID;
   CREATE INDEX lookups_by_key ON lookups (tbl, key);`,
];

/**
 * Read models in one SQLite file. Everything in it can be rebuilt from the log, so a commit need not be on disk to be
 * answered (`synchronous=NORMAL`): after a power cut the checkpoint is as old as the rows, and the log is replayed.
 */
export const openSqliteReadModels = ({ file }: { readonly file: string }): ReadModels => {
  const database = openStore({
    file,
    what: 'read models',
    applicationId: APPLICATION_ID,
    migrations: MIGRATIONS,
  });
  database.exec('PRAGMA synchronous = NORMAL');
  const selectDoc = database.prepare('SELECT doc FROM rows WHERE tbl = ? AND key = ?');
  const selectCheckpoint = database.prepare('SELECT position FROM checkpoints WHERE tbl = ?');
  const selectByIndex = database.prepare(
    'SELECT doc FROM lookups JOIN rows USING (tbl, key) WHERE tbl = ? AND name = ? AND value = ? ORDER BY key',
  );
  const write = writer(database);
  const purging = purger(database);

  return {
    checkpoint: async (table) => textOf(selectCheckpoint.get(table)?.position),
    get: async (table, key) => parsed(selectDoc.get(table, key)?.doc),
    find: async (table, index, value) => selectByIndex.all(table, index, value).map((row) => parsed(row.doc)),
    write: async (table, rows, checkpoint) => write(table, rows, checkpoint),
    keepOnly: async (tables) => {
      const kept = JSON.stringify(tables);
      inTransaction(database, () => {
        for (const table of ['rows', 'lookups', 'checkpoints']) {
          database
            .prepare(`DELETE FROM ${table} WHERE tbl NOT IN (SELECT value FROM json_each(?))`)
            .run(kept);
        }
      });
    },
    purge: purging.soon,
    close: async () => {
      purging.atOnce();
      database.close();
    },
  };
};

const writer = (database: DatabaseSync) => {
  const upsert = database.prepare(
    'INSERT INTO rows (tbl, key, doc) VALUES (?, ?, ?) ON CONFLICT (tbl, key) DO UPDATE SET doc = excluded.doc',
  );
  const remove = database.prepare('DELETE FROM rows WHERE tbl = ? AND key = ?');
  const unlist = database.prepare('DELETE FROM lookups WHERE tbl = ? AND key = ?');
  const list = database.prepare('INSERT OR IGNORE INTO lookups (tbl, name, value, key) VALUES (?, ?, ?, ?)');
  const checkpointAt = database.prepare(
    'INSERT INTO checkpoints (tbl, position) VALUES (?, ?) ON CONFLICT (tbl) DO UPDATE SET position = excluded.position',
  );

  const writeRow = (table: string, { key, doc, indexes }: Row): void => {
    if (doc === undefined) remove.run(table, key);
    else upsert.run(table, key, JSON.stringify(doc));
    unlist.run(table, key);
    for (const [name, values] of Object.entries(indexes)) {
      for (const value of values) list.run(table, name, value, key);
    }
  };

  return (table: string, rows: readonly Row[], checkpoint: string): void =>
    inTransaction(database, () => {
      for (const row of rows) writeRow(table, row);
      checkpointAt.run(table, checkpoint);
    });
};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const parsed = (doc: unknown): unknown => (typeof doc === 'string' ? JSON.parse(doc) : undefined);
