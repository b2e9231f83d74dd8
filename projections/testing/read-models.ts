import type { CataloguedTable, ReadModels, Row } from '../ports.ts';

type Kept = { readonly doc: string; readonly indexes: Row['indexes'] };
type Contents = { rows: ReadonlyMap<string, Kept>; checkpoint: string | undefined };

/** The read models' port kept in memory, as JSON; passes the same contract suite as the adapter. */
export const createMemoryReadModels = (): ReadModels & {
  /** Every row of a table as it is kept, in key order, with its checkpoint. */
  readonly dump: (table: string) => string;
  /** The next write fails, before anything of it is kept. */
  readonly failNext: () => void;
} => {
  const tables = new Map<string, Contents>();
  let catalogue: readonly CataloguedTable[] = [];
  let fails = false;

  const tableOf = (name: string): Contents => tables.get(name) ?? { rows: new Map(), checkpoint: undefined };
  const parsed = (kept: Kept | undefined): unknown => (kept === undefined ? undefined : JSON.parse(kept.doc));
  const inKeyOrder = (table: Contents) => [...table.rows].toSorted(([a], [b]) => (a < b ? -1 : 1));

  const write = (table: string, changes: readonly Row[], checkpoint: string | undefined): void => {
    if (fails) {
      fails = false;
      throw new Error('the disk is full');
    }
    const rows = new Map(tableOf(table).rows);
    for (const { key, doc, indexes } of changes) {
      if (doc === undefined) rows.delete(key);
      else rows.set(key, { doc: JSON.stringify(doc), indexes });
    }
    tables.set(table, { rows, checkpoint: checkpoint ?? tableOf(table).checkpoint });
  };

  const drop = (name: string): void => {
    tables.delete(name);
    catalogue = catalogue.filter((table) => table.name !== name);
  };

  return {
    isShared: false,
    checkpoint: async (table) => tableOf(table).checkpoint,
    get: async (table, key) => parsed(tableOf(table).rows.get(key)),
    find: async (table, index, value) =>
      inKeyOrder(tableOf(table))
        .filter(([, { indexes }]) => indexes[index]?.includes(value) === true)
        .map(([, kept]) => parsed(kept)),
    write: async (table, changes, checkpoint) => {
      write(table, changes, checkpoint);
      return 'here';
    },
    tables: async (projection) => catalogue.filter((table) => table.projection === projection),
    begin: async (table) => {
      for (const { name, projection, role } of catalogue)
        if (projection === table.projection && role === 'building') drop(name);
      catalogue = [...catalogue, { ...table, role: 'building', pinned: false }];
    },
    serve: async (table, { rows, checkpoint, pinned }) => {
      write(table.name, rows, checkpoint);
      const others = catalogue.filter(({ name }) => name !== table.name);
      catalogue = [...others, { ...table, role: 'serving', pinned }];
      for (const other of others.filter(({ projection }) => projection === table.projection)) {
        if (other.role === 'kept') drop(other.name);
        if (other.role === 'serving')
          catalogue = catalogue.map((each) =>
            each.name === other.name ? { ...each, role: 'kept', pinned: false } : each,
          );
      }
    },
    drop: async (table) => {
      if (!catalogue.some(({ name, role }) => name === table && role === 'serving')) drop(table);
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
