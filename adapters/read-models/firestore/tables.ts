import type { Firestore, Transaction } from 'firebase-admin/firestore';
import { Overtaken } from '../../../projections/overtaken.ts';
import type { Table } from '../../../projections/ports.ts';
import { textOfId } from '../../firestore/ids.ts';
import {
  begun,
  type Catalogue,
  catalogueOf,
  disowned,
  droppedFrom,
  isNamed,
  served,
  struck,
} from './catalogue.ts';
import { deleteSome } from './commits.ts';
import type { Layout } from './layout.ts';
import { standingOf } from './standing.ts';

/** What is in no catalogue for so long is nobody's: a table is entered in the transaction that makes it. */
const STRAY_MS = 60_000;

/** The projection of a table by its name: see `tableOf`. */
const projectionOf = (name: string): string | undefined => /^(.*)_v\d+(~\d+)?$/.exec(name)?.[1];

/** The catalogue of tables and its changes, each in one transaction. */
export const firestoreTables = (db: Firestore, layout: Layout) => {
  const read = async (projection: string): Promise<Catalogue> =>
    catalogueOf(await layout.projection(projection).get());

  const change = (
    projection: string,
    to: (catalogue: Catalogue, transaction: Transaction) => Catalogue | Promise<Catalogue>,
    also: (transaction: Transaction) => void | Promise<void> = () => undefined,
  ): Promise<Catalogue> =>
    db.runTransaction(async (transaction) => {
      const reference = layout.projection(projection);
      // Both may read, which has to come before whatever is written.
      const after = await to(catalogueOf(await transaction.get(reference)), transaction);
      await also(transaction);
      transaction.set(reference, { tables: after.tables, dropped: after.dropped });
      return after;
    });

  const exists = async (transaction: Transaction, name: string): Promise<boolean> =>
    (await transaction.get(layout.table(name))).exists;

  /** A server of an earlier release may have made the table anew after it was dropped. */
  const isStray = async (catalogue: Catalogue, transaction: Transaction, name: string): Promise<boolean> =>
    !isNamed(catalogue, name) && (await exists(transaction, name));

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
    // The table's own document first: whoever has seen it writes no row without it that would be left over.
    await whileDropped(projection, name, async (transaction) => {
      transaction.delete(layout.table(name));
      return 'done';
    });
    for (const collection of [layout.rows(name), layout.parts(name), layout.redo(name)]) {
      const slice = (transaction: Transaction) => deleteSome(transaction, collection);
      while ((await whileDropped(projection, name, slice)) === 'more');
    }
  };

  /** Not while there is a table: a server of an earlier release may have made it anew since it was erased. */
  const strike = async (projection: string, name: string): Promise<'more' | 'done'> => {
    const { dropped } = await change(projection, async (catalogue, transaction) =>
      catalogue.dropped.includes(name) && (await exists(transaction, name))
        ? catalogue
        : struck(catalogue, name),
    );
    return dropped.includes(name) ? 'more' : 'done';
  };

  /** Deletes what dropped tables held; what a crash leaves over is gone after the next call. */
  const sweep = async (projection: string): Promise<void> => {
    for (const name of (await read(projection)).dropped)
      do await erase(projection, name);
      while ((await strike(projection, name)) === 'more');
  };

  /** Has a table that was never entered, or not any more, deleted with those that were dropped. */
  const disown = (projection: string, name: string): Promise<Catalogue> =>
    change(projection, async (catalogue, transaction) =>
      (await isStray(catalogue, transaction, name)) ? disowned(catalogue, name) : catalogue,
    );

  const disownStrays = async (projection: string): Promise<void> => {
    const catalogue = await read(projection);
    const { docs } = await layout.tables.select().get();
    const names = docs
      .filter((document) => standingOf(document).unchangedMs > STRAY_MS)
      .map(({ id }) => textOfId(id))
      .filter((name) => projectionOf(name) === projection && !isNamed(catalogue, name));
    for (const name of names) await disown(projection, name);
  };

  return {
    of: async (projection: string) => (await read(projection)).tables,
    /** Deletes what is of no use to anybody, whoever has left it over. */
    sweep: async (projection: string): Promise<void> => {
      await disownStrays(projection);
      await sweep(projection);
    },
    begin: async (table: Table): Promise<void> => {
      // A name that is used again must not meet rows of who had it before.
      await disown(table.projection, table.name);
      await sweep(table.projection);
      await change(
        table.projection,
        async (catalogue, transaction) => {
          if (await isStray(catalogue, transaction, table.name)) throw new Overtaken(table.name);
          return begun(catalogue, table);
        },
        (transaction) => {
          transaction.set(layout.table(table.name), { projection: table.projection }, { merge: true });
        },
      );
      await sweep(table.projection);
    },
    /** `also` is done in the same transaction, reads first. */
    serve: async (
      table: Table,
      pinned: boolean,
      also: (transaction: Transaction) => Promise<void>,
    ): Promise<void> => {
      await change(table.projection, (catalogue) => served(catalogue, table, pinned), also);
    },
    drop: async (name: string): Promise<void> => {
      const projection: unknown = (await layout.table(name).get()).get('projection');
      if (typeof projection !== 'string') return;
      await change(projection, (catalogue) => droppedFrom(catalogue, name));
      await sweep(projection);
    },
  };
};
