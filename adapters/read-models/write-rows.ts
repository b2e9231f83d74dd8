import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Row } from '../../projections/ports.ts';

/** A row ready to be bound. */
export type Serialised = Omit<Row, 'doc'> & { readonly doc: string | undefined };

/** Documents made into JSON in one go: some milliseconds of the event loop. */
const SLICE = 200;

/** JSON is made before the transaction, which is then short, and with turns of the event loop in between. */
export const serialised = async (rows: readonly Row[]): Promise<readonly Serialised[]> => {
  const done: Serialised[] = [];
  for (const { key, doc, indexes } of rows) {
    if (done.length > 0 && done.length % SLICE === 0) await nextTurn();
    done.push({ key, doc: doc === undefined ? undefined : JSON.stringify(doc), indexes });
  }
  return done;
};

/** Writes rows, what they are found by, and the checkpoint; whoever calls has a transaction open. */
export const rowWriter = (database: DatabaseSync) => {
  const upsert = database.prepare(
    'INSERT INTO rows (tbl, key, doc) VALUES (?, ?, ?) ON CONFLICT (tbl, key) DO UPDATE SET doc = excluded.doc',
  );
  const remove = database.prepare('DELETE FROM rows WHERE tbl = ? AND key = ?');
  const unlist = database.prepare('DELETE FROM lookups WHERE tbl = ? AND key = ?');
  const list = database.prepare('INSERT OR IGNORE INTO lookups (tbl, name, value, key) VALUES (?, ?, ?, ?)');
  const checkpointAt = database.prepare(
    'INSERT INTO checkpoints (tbl, position) VALUES (?, ?) ON CONFLICT (tbl) DO UPDATE SET position = excluded.position',
  );

  const writeRow = (table: string, { key, doc, indexes }: Serialised): void => {
    if (doc === undefined) remove.run(table, key);
    else upsert.run(table, key, doc);
    unlist.run(table, key);
    for (const [name, values] of Object.entries(indexes)) {
      for (const value of values) list.run(table, name, value, key);
    }
  };

  return (table: string, rows: readonly Serialised[], checkpoint: string | undefined): void => {
    for (const row of rows) writeRow(table, row);
    if (checkpoint !== undefined) checkpointAt.run(table, checkpoint);
  };
};
