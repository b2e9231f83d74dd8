import { DEFAULT_PREFIX, type FirestoreOptions, openFirestore } from '../../firestore/client.ts';
import { firestoreMessage } from '../../firestore/failure.ts';
import { withDeadline } from '../../provider-api/deadline.ts';
import type { SeenTable } from '../look.ts';
import { viewsLayout } from './layout.ts';
import { standingOf } from './standing.ts';
import { firestoreTables } from './tables.ts';

const DEADLINE_MS = 20_000;

/** Which tables these projections have and how far each is, while servers write them; nothing is settled or changed. */
export const lookAtFirestoreReadModels = async (
  options: FirestoreOptions,
  projections: readonly string[],
): Promise<readonly SeenTable[]> => {
  const { db, close } = await openFirestore(options);
  const layout = viewsLayout(db, options.prefix ?? DEFAULT_PREFIX);
  const tables = firestoreTables(db, layout);
  const seen = async (projection: string): Promise<readonly SeenTable[]> =>
    Promise.all(
      (await tables.of(projection)).map(async ({ name, role }) => {
        const { checkpoint } = standingOf(await layout.table(name).get());
        return { projection, table: name, role, ...(checkpoint === undefined ? {} : { checkpoint }) };
      }),
    );
  try {
    return (await withDeadline(Promise.all(projections.map(seen)), DEADLINE_MS)).flat();
  } catch (error) {
    throw new Error(firestoreMessage(error), { cause: error });
  } finally {
    await close();
  }
};
