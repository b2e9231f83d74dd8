import type { Firestore, Transaction } from 'firebase-admin/firestore';
import type { Table } from '../../../projections/ports.ts';
import { begun, type Catalogue, catalogueOf, droppedFrom, served, struck } from './catalogue.ts';
import { deleteAll } from './commits.ts';
import type { Layout } from './layout.ts';

/** The catalogue of tables and its changes, each in one transaction. */
export const firestoreTables = (db: Firestore, layout: Layout) => {
  const read = async (projection: string): Promise<Catalogue> =>
    catalogueOf(await layout.projection(projection).get());

  const change = (
    projection: string,
    to: (catalogue: Catalogue) => Catalogue,
    also: (transaction: Transaction) => void | Promise<void> = () => undefined,
  ): Promise<void> =>
    db.runTransaction(async (transaction) => {
      const reference = layout.projection(projection);
      const { tables, dropped } = to(catalogueOf(await transaction.get(reference)));
      // It may read, which has to come before whatever is written.
      await also(transaction);
      transaction.set(reference, { tables, dropped });
    });

  const erase = async (name: string): Promise<void> => {
    // The table's own document first: without it no other server can write a row that would be left over.
    await layout.table(name).delete();
    await deleteAll(db, layout.rows(name));
    await deleteAll(db, layout.parts(name));
    await deleteAll(db, layout.redo(name));
  };

  /** Deletes what dropped tables held; what a crash leaves over is gone after the next call. */
  const sweep = async (projection: string): Promise<void> => {
    for (const name of (await read(projection)).dropped) {
      await erase(name);
      await change(projection, (catalogue) => struck(catalogue, name));
    }
  };

  return {
    of: async (projection: string) => (await read(projection)).tables,
    sweep,
    begin: async (table: Table): Promise<void> => {
      // A name that is used again must not meet rows of who had it before.
      await sweep(table.projection);
      await change(
        table.projection,
        (catalogue) => begun(catalogue, table),
        (transaction) => {
          transaction.set(layout.table(table.name), { projection: table.projection }, { merge: true });
        },
      );
      await sweep(table.projection);
    },
    /** `also` is done in the same transaction, reads first. */
    serve: (
      table: Table,
      pinned: boolean,
      also: (transaction: Transaction) => Promise<void>,
    ): Promise<void> => change(table.projection, (catalogue) => served(catalogue, table, pinned), also),
    drop: async (name: string): Promise<void> => {
      const projection: unknown = (await layout.table(name).get()).get('projection');
      if (typeof projection !== 'string') return erase(name);
      await change(projection, (catalogue) => droppedFrom(catalogue, name));
      await sweep(projection);
    },
  };
};
