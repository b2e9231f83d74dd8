import type { DocumentSnapshot } from 'firebase-admin/firestore';
import { Overtaken } from '../../../projections/overtaken.ts';
import type { CataloguedTable, Table } from '../../../projections/ports.ts';

/** Which tables a projection has; `dropped` are names whose rows are still to be deleted. One document holds it. */
export type Catalogue = {
  readonly tables: readonly CataloguedTable[];
  readonly dropped: readonly string[];
};

export const catalogueOf = (snapshot: DocumentSnapshot): Catalogue => ({
  tables: (snapshot.get('tables') as CataloguedTable[] | undefined) ?? [],
  dropped: (snapshot.get('dropped') as string[] | undefined) ?? [],
});

const without = ({ tables, dropped }: Catalogue, out: (table: CataloguedTable) => boolean): Catalogue => ({
  tables: tables.filter((table) => !out(table)),
  dropped: [...new Set([...dropped, ...tables.filter(out).map(({ name }) => name)])],
});

/** The name is somebody's: of a table, or of rows that are still to be deleted. */
export const isNamed = ({ tables, dropped }: Catalogue, name: string): boolean =>
  dropped.includes(name) || tables.some((table) => table.name === name);

/** To be deleted, though no table of that name was entered. */
export const disowned = (catalogue: Catalogue, name: string): Catalogue => ({
  ...catalogue,
  dropped: [...catalogue.dropped, name],
});

/**
 * The table as the one that is being built; one that was before is dropped. Of several servers that begin one table, only
 * the first does: by then it may hold rows, or serve. Throws `Overtaken` while its name is still to be cleared.
 */
export const begun = (catalogue: Catalogue, table: Table): Catalogue => {
  if (catalogue.dropped.includes(table.name)) throw new Overtaken(table.name);
  if (catalogue.tables.some(({ name }) => name === table.name)) return catalogue;
  const { tables, dropped } = without(catalogue, ({ role }) => role === 'building');
  return { tables: [...tables, { ...table, role: 'building', pinned: false }], dropped };
};

/**
 * The table serves, the one that did is kept, and the one that was kept is dropped. Of several servers that have built
 * one table, only the first switches. Throws `Overtaken` where another has dropped it.
 */
export const served = (catalogue: Catalogue, table: Table, pinned: boolean): Catalogue => {
  if (!catalogue.tables.some(({ name }) => name === table.name)) throw new Overtaken(table.name);
  if (catalogue.tables.some(({ role, name }) => role === 'serving' && name === table.name))
    return {
      ...catalogue,
      tables: catalogue.tables.map((each) => (each.name === table.name ? { ...each, pinned } : each)),
    };
  const { tables, dropped } = without(catalogue, ({ role, name }) => role === 'kept' && name !== table.name);
  const others = tables
    .filter(({ name }) => name !== table.name)
    .map((other) => (other.role === 'serving' ? { ...other, role: 'kept' as const, pinned: false } : other));
  return { tables: [...others, { ...table, role: 'serving', pinned }], dropped };
};

/** Unless it serves. */
export const droppedFrom = (catalogue: Catalogue, name: string): Catalogue =>
  without(catalogue, (table) => table.name === name && table.role !== 'serving');

/** Once all its rows are gone. */
export const struck = ({ tables, dropped }: Catalogue, name: string): Catalogue => ({
  tables,
  dropped: dropped.filter((each) => each !== name),
});
