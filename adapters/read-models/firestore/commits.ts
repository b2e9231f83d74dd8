import type { CollectionReference, Firestore } from 'firebase-admin/firestore';
import type { ReadyRow } from './rows.ts';

/** Writes in a commit (the classic limit is 500), with room for the table and the catalogue; bytes well below 10 MiB. */
export const MOST_WRITES = 490;
const MOST_BYTES = 8 * 2 ** 20;

/** Rows in their order, as many to a commit as it takes. */
export const slices = (rows: readonly ReadyRow[]): readonly (readonly ReadyRow[])[] => {
  const done: ReadyRow[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const last = done.at(-1);
    if (last === undefined || last.length >= MOST_WRITES || bytes + row.size > MOST_BYTES) {
      done.push([row]);
      bytes = row.size;
    } else {
      last.push(row);
      bytes += row.size;
    }
  }
  return done;
};

/** Deletes every document of a collection, a commit's worth at a time; may be repeated after a crash. */
export const deleteAll = async (db: Firestore, collection: CollectionReference): Promise<void> => {
  for (;;) {
    const { docs } = await collection.select().limit(MOST_WRITES).get();
    if (docs.length === 0) return;
    const batch = db.batch();
    for (const { ref } of docs) batch.delete(ref);
    await batch.commit();
  }
};
