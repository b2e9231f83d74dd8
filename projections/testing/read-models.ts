import type { ReadModels, Row } from '../ports.ts';

type Kept = { readonly doc: string; readonly indexes: Row['indexes'] };
type Table = { rows: ReadonlyMap<string, Kept>; checkpoint: string | undefined };

/** The read models' port kept in memory, as JSON; passes the same contract suite as the adapter. */
export const createMemoryReadModels = (): ReadModels & {
  /** Every row of a table as it is kept, in key order, with its checkpoint. */
  readonly dump: (table: string) => string;
  /** The next write fails, before anything of it is kept. */
  readonly failNext: () => void;
} => {
  const tables = new Map<string, Table>();
  let fails = false;

  const tableOf = (name: string): Table => tables.get(name) ?? { rows: new Map(), checkpoint: undefined };
  const parsed = (kept: Kept | undefined): unknown => (kept === undefined ? undefined : JSON.parse(kept.doc));
  const inKeyOrder = (table: Table) => [...table.rows].toSorted(([a], [b]) => (a < b ? -1 : 1));

  return {
    checkpoint: async (table) => tableOf(table).checkpoint,
    get: async (table, key) => parsed(tableOf(table).rows.get(key)),
    find: async (table, index, value) =>
      inKeyOrder(tableOf(table))
        .filter(([, { indexes }]) => indexes[index]?.includes(value) === true)
        .map(([, kept]) => parsed(kept)),
    write: async (table, changes, checkpoint) => {
      if (fails) {
        fails = false;
        throw new Error('the disk is full');
      }
      const rows = new Map(tableOf(table).rows);
      for (const { key, doc, indexes } of changes) {
        if (doc === undefined) rows.delete(key);
        else rows.set(key, { doc: JSON.stringify(doc), indexes });
      }
      tables.set(table, { rows, checkpoint });
    },
    keepOnly: async (kept) => {
      for (const name of tables.keys()) if (!kept.includes(name)) tables.delete(name);
    },
    purge: async () => undefined,
    close: async () => undefined,
    dump: (table) =>
      JSON.stringify([
        tableOf(table).checkpoint,
        inKeyOrder(tableOf(table)).map(([key, { doc }]) => [key, doc]),
      ]),
    failNext: () => {
      fails = true;
    },
  };
};
