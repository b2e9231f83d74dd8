import { randomUUID } from 'node:crypto';
import type { Firestore, Transaction } from 'firebase-admin/firestore';
import { Overtaken } from '../../../projections/overtaken.ts';
import { MOST_WRITES, slices } from './commits.ts';
import type { Layout } from './layout.ts';
import { place, type ReadyRow } from './rows.ts';
import { aimAt, checkpointFields, standingOf, type TableStandings } from './standing.ts';

/** Rows of a redo log that are held in memory at once; each may have a megabyte. */
const SLICE = 50;

/**
 * More rows than one commit takes, all or nothing: first they are put beside the table, then one write says that they
 * count, and only then are they moved into their places; who finds such a table after a crash finishes it. Each step is
 * a transaction with the table's document, so that two servers do not mix what they put there.
 */
export const redoLog = (db: Firestore, layout: Layout, standings: TableStandings) => {
  /** Moves a slice into its places. Answers the checkpoint once there is nothing left to move. */
  const moveSlice = (table: string): Promise<{ readonly checkpoint: string | undefined } | 'more'> =>
    db.runTransaction(async (transaction) => {
      const { redoCounts, redoTo, checkpoint } = await standings.look(transaction, table);
      if (!redoCounts) return { checkpoint };
      const { docs } = await transaction.get(layout.redo(table).limit(SLICE));
      const [slice] = slices(docs.map((doc) => doc.data() as ReadyRow));
      if (slice === undefined) {
        const settled = { ...checkpointFields(aimAt(redoTo)), redoCounts: 'no', redoTo: null, redoBy: null };
        transaction.set(layout.table(table), settled, { merge: true });
        return { checkpoint: redoTo ?? checkpoint };
      }
      for (const row of slice) {
        place(transaction, layout.row(table, row.key), row);
        transaction.delete(layout.redo(table).doc(layout.row(table, row.key).id));
      }
      return 'more';
    });

  /** Finishes what a crash has left of a commit that counts. Answers the table's checkpoint. */
  const settle = async (table: string): Promise<string | undefined> => {
    const { redoCounts, checkpoint } = standingOf(await layout.table(table).get());
    let reached: { readonly checkpoint: string | undefined } | 'more' = redoCounts ? 'more' : { checkpoint };
    while (reached === 'more') reached = await moveSlice(table);
    return reached.checkpoint;
  };

  const asOwner = <A>(table: string, owner: string, work: (t: Transaction) => Promise<A>): Promise<A> =>
    db.runTransaction(async (transaction) => {
      const { redoBy } = await standings.look(transaction, table);
      if (redoBy !== owner) throw new Overtaken(table);
      return work(transaction);
    });

  /** Of a commit that came to nothing: it must not count along with this one. */
  const clear = async (table: string, owner: string): Promise<void> => {
    const isEmpty = await asOwner(table, owner, async (transaction) => {
      const { docs } = await transaction.get(layout.redo(table).select().limit(MOST_WRITES));
      for (const { ref } of docs) transaction.delete(ref);
      return docs.length === 0;
    });
    if (!isEmpty) await clear(table, owner);
  };

  const fill = async (table: string, owner: string, rows: readonly ReadyRow[]): Promise<void> =>
    asOwner(table, owner, async (transaction) => {
      for (const { key, fields, size } of rows)
        transaction.set(layout.redo(table).doc(layout.row(table, key).id), {
          key,
          size,
          ...(fields === undefined ? {} : { fields }),
        });
    });

  return {
    settle,
    commit: async (
      table: string,
      parts: readonly (readonly ReadyRow[])[],
      checkpoint: string | undefined,
    ): Promise<'here'> => {
      const owner = randomUUID();
      await standings.write(table, aimAt(undefined), (transaction, document) =>
        transaction.set(document, { redoBy: owner }, { merge: true }),
      );
      await clear(table, owner);
      for (const part of parts) await fill(table, owner, part);
      await asOwner(table, owner, async (transaction) => {
        const counts = { redoCounts: 'yes', redoTo: checkpoint ?? null };
        transaction.set(layout.table(table), counts, { merge: true });
      });
      await settle(table);
      return 'here';
    },
  };
};
