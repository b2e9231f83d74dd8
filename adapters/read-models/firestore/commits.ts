import type { CollectionReference, Transaction } from 'firebase-admin/firestore';
import { OVERHEAD, type ReadyRow } from './rows.ts';

/** Writes in a commit (the classic limit is 500), with room for the table and the catalogue; bytes well below 10 MiB. */
export const MOST_WRITES = 490;
const MOST_BYTES = 8 * 2 ** 20;

/** What has to be in one commit, and what it takes of it. */
export type Load = { readonly writes: number; readonly size: number };

const fits = (loads: readonly Load[]): boolean =>
  loads.reduce((sum, { writes }) => sum + writes, 0) <= MOST_WRITES &&
  loads.reduce((sum, { size }) => sum + size, 0) <= MOST_BYTES;

const loadOf = ({ parts, former, size }: ReadyRow): Load => ({
  writes: 1 + parts.length + former.length,
  size: parts.reduce((sum, { bytes }) => sum + bytes.length + OVERHEAD, size),
});

export const isOneCommit = (rows: readonly ReadyRow[]): boolean => fits(rows.map(loadOf));

/** In their order, as many to a commit as it takes. */
export const slices = <A extends Load>(loads: readonly A[]): readonly (readonly A[])[] => {
  const done: A[][] = [];
  let [writes, bytes] = [0, 0];
  for (const load of loads) {
    const last = done.at(-1);
    if (last === undefined || writes + load.writes > MOST_WRITES || bytes + load.size > MOST_BYTES) {
      done.push([load]);
      [writes, bytes] = [load.writes, load.size];
    } else {
      last.push(load);
      [writes, bytes] = [writes + load.writes, bytes + load.size];
    }
  }
  return done;
};

/** Deletes a commit's worth of documents: whether there may be more. */
export const deleteSome = async (
  transaction: Transaction,
  collection: CollectionReference,
): Promise<'more' | 'done'> => {
  const { docs } = await transaction.get(collection.select().limit(MOST_WRITES));
  for (const { ref } of docs) transaction.delete(ref);
  return docs.length === 0 ? 'done' : 'more';
};
