import type { Firestore, Transaction } from 'firebase-admin/firestore';
import type { Table } from '../../../projections/ports.ts';
import { begun, type Catalogue, catalogueOf, droppedFrom, served, struck } from './catalogue.ts';
import { deleteSome } from './commits.ts';
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

  /** Asked each time: another server's sweep may have ended this one, and the name may be in use again. */
  const whileDropped = (
    projection: string,
    name: string,
    erase: (transaction: Transaction) => Promise<'more' | 'done'>,
  ): Promise<'more' | 'done'> =>
    db.runTransaction(async (transaction) => {
      const { dropped } = catalogueOf(await transaction.get(layout.projection(projection)));
      return dropped.includes(name) ? erase(transaction) : 'done';
    });

  const erase = async (projection: string, name: string): Promise<void> => {
    // The table's own document first: without it no other server can write a row that would be left over.
    await whileDropped(projection, name, async (transaction) => {
      transaction.delete(layout.table(name));
      return 'done';
    });
    for (const collection of [layout.rows(name), layout.parts(name), layout.redo(name)]) {
      const slice = (transaction: Transaction) => deleteSome(transaction, collection);
      while ((await whileDropped(projection, name, slice)) === 'more');
    }
  };

  /** Deletes what dropped tables held; what a crash leaves over is gone after the next call. */
  const sweep = async (projection: string): Promise<void> => {
    for (const name of (await read(projection)).dropped) {
      await erase(projection, name);
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
      if (typeof projection !== 'string') return;
      await change(projection, (catalogue) => droppedFrom(catalogue, name));
      await sweep(projection);
    },
  };
};
