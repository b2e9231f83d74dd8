import { randomUUID } from 'node:crypto';
import type { Firestore, QueryDocumentSnapshot, Transaction } from 'firebase-admin/firestore';
import { Overtaken } from '../../../projections/overtaken.ts';
import { MOST_WRITES, slices } from './commits.ts';
import type { Layout } from './layout.ts';
import type { RowParts } from './parts.ts';
import { partNames, place, type ReadyRow } from './rows.ts';
import { aimAt, checkpointFields, type Found, standingOf, type TableStandings } from './standing.ts';

/** Rows of a redo log that are held in memory at once; each may have a megabyte. */
const SLICE = 50;

/** So long nobody else fills the log of a table after the last sign of life of who does; a slice takes a second or so. */
const CLAIM_MS = 30_000;
/** A sign of life is a write of the table's document, of which it takes one a second: not with every slice. */
const RENEW_MS = 5_000;

/** A row as it stands in the redo log; one of an earlier release knows nothing of parts. */
type Note = Pick<ReadyRow, 'key' | 'size'> & {
  readonly fields?: ReadyRow['fields'];
  readonly parts?: readonly string[];
  readonly former?: readonly string[];
};

const noteOf = ({ key, size, fields, parts, former }: ReadyRow): Note => ({
  key,
  size,
  ...(fields === undefined ? {} : { fields }),
  ...(parts.length === 0 ? {} : { parts: parts.map(({ name }) => name) }),
  ...(former.length === 0 ? {} : { former }),
});

/** Of the log into its place, with what it does away with: all of it in one commit. */
const toMove = (note: QueryDocumentSnapshot) => {
  const { key, size, fields, former = [] } = note.data() as Note;
  return { ref: note.ref, key, fields, former, size, writes: 2 + former.length };
};

/**
 * More rows than one commit takes, all or nothing: first they are put beside the table, then one write says that they
 * count, and only then are they moved into their places; who finds such a table after a crash finishes it. Each step is
 * a transaction with the table's document, so that two servers do not mix what they put there. Parts of a row are put
 * where they stay: nobody meets them before the row that names them is in its place.
 */
export const redoLog = (db: Firestore, layout: Layout, standings: TableStandings, parts: RowParts) => {
  const server = randomUUID();

  /** Moves a slice into its places. Answers how far the table is once there is nothing left to move. */
  const moveSlice = (table: string): Promise<Found | 'more'> =>
    db.runTransaction(async (transaction) => {
      const { exists, redoCounts, redoTo, checkpoint } = await standings.look(transaction, table);
      if (!redoCounts) return { exists, checkpoint };
      const { docs } = await transaction.get(layout.redo(table).limit(SLICE));
      const [slice] = slices(docs.map(toMove));
      if (slice === undefined) {
        const settled = { ...checkpointFields(aimAt(redoTo)), redoCounts: 'no', redoTo: null, redoBy: null };
        transaction.set(layout.table(table), settled, { merge: true });
        return { exists, checkpoint: redoTo ?? checkpoint };
      }
      for (const { ref, key, fields, former } of slice) {
        place(transaction, layout.row(table, key), fields);
        parts.remove(transaction, table, former);
        transaction.delete(ref);
      }
      return 'more';
    });

  /** Finishes what a crash has left of a commit that counts. Answers how far the table is. */
  const settle = async (table: string): Promise<Found> => {
    const { exists, redoCounts, checkpoint } = standingOf(await layout.table(table).get());
    let reached: Found | 'more' = redoCounts ? 'more' : { exists, checkpoint };
    while (reached === 'more') reached = await moveSlice(table);
    return reached;
  };

  /**
   * The log is its owner's as long as the owner gives signs of life: two that threw each other out would never end where
   * filling it takes longer than coming back. What this server has failed to fill is its own to fill again at once. A
   * server of an earlier release gives no sign but its claim, and looks at nobody's.
   */
  const claim = async (table: string): Promise<string> => {
    const owner = `${server}/${randomUUID()}`;
    await standings.write(table, aimAt(undefined), (transaction, document, { redoBy, unchangedMs }) => {
      const isOurs = redoBy === undefined || redoBy.startsWith(server);
      if (!isOurs && unchangedMs < CLAIM_MS) throw new Overtaken(table, { isUnderWay: true });
      transaction.set(document, { redoBy: owner }, { merge: true });
    });
    return owner;
  };

  const asOwner = <A>(table: string, owner: string, work: (t: Transaction) => Promise<A>): Promise<A> =>
    db.runTransaction(async (transaction) => {
      const { redoBy, unchangedMs } = await standings.look(transaction, table);
      if (redoBy !== owner) throw new Overtaken(table);
      const done = await work(transaction);
      // A write that changes nothing leaves the document's time as it is: another value each time.
      if (unchangedMs > RENEW_MS)
        transaction.set(layout.table(table), { redoRenewal: randomUUID() }, { merge: true });
      return done;
    });

  /** Of a commit that came to nothing: it must not count along with this one. */
  const clear = async (table: string, owner: string): Promise<void> => {
    const isEmpty = await asOwner(table, owner, async (transaction) => {
      const { docs } = await transaction.get(layout.redo(table).select('parts').limit(MOST_WRITES));
      const noted = docs.map((note) => ({ ref: note.ref, names: partNames(note) }));
      const [slice = []] = slices(noted.map((note) => ({ ...note, writes: 1 + note.names.length, size: 0 })));
      for (const { ref, names } of slice) {
        transaction.delete(ref);
        parts.remove(transaction, table, names);
      }
      return docs.length === 0;
    });
    if (!isEmpty) await clear(table, owner);
  };

  /** Rows before their parts, so that every part there is has been named: `clear` finds it. */
  const fill = async (table: string, owner: string, rows: readonly ReadyRow[]): Promise<void> => {
    for (const slice of slices(rows.map((row) => ({ row, writes: 1, size: row.size }))))
      await asOwner(table, owner, async (transaction) => {
        for (const { row } of slice)
          transaction.set(layout.redo(table).doc(layout.row(table, row.key).id), noteOf(row));
      });
    const pieces = rows.flatMap((row) => row.parts);
    for (const slice of slices(pieces.map((part) => ({ part, writes: 1, size: part.bytes.length }))))
      await asOwner(table, owner, async (transaction) => {
        for (const { part } of slice) parts.put(transaction, table, part);
      });
  };

  return {
    settle,
    commit: async (
      table: string,
      rows: readonly ReadyRow[],
      checkpoint: string | undefined,
    ): Promise<'here'> => {
      const owner = await claim(table);
      await clear(table, owner);
      await fill(table, owner, rows);
      await asOwner(table, owner, async (transaction) => {
        const counts = { redoCounts: 'yes', redoTo: checkpoint ?? null };
        transaction.set(layout.table(table), counts, { merge: true });
      });
      await settle(table);
      return 'here';
    },
  };
};
