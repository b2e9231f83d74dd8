import type { Transaction } from 'firebase-admin/firestore';
import { Overtaken } from '../../../projections/overtaken.ts';
import type { ReadModels, Row, Written } from '../../../projections/ports.ts';
import { ViewsUnavailable } from '../../../projections/views-unavailable.ts';
import { DEFAULT_PREFIX, type FirestoreOptions, openFirestore } from '../../firestore/client.ts';
import { firestoreMessage } from '../../firestore/failure.ts';
import { withDeadline } from '../../provider-api/deadline.ts';
import { isOneCommit } from './commits.ts';
import { viewsLayout } from './layout.ts';
import { type LogName, logOwner } from './owner.ts';
import { type Pacer, pacer } from './pacer.ts';
import { rowParts } from './parts.ts';
import { redoLog } from './redo-log.ts';
import { indexField, place, type ReadyRow, ready } from './rows.ts';
import { aimAt, checkpointFields, standingOf, tableStandings } from './standing.ts';
import { firestoreTables } from './tables.ts';

/** The client goes on trying for ten minutes; whoever looks at a view does not wait that long. */
const READ_MS = 5_000;

const reading = async <A>(work: Promise<A>): Promise<A> => {
  try {
    return await withDeadline(work, READ_MS);
  } catch (error) {
    throw new ViewsUnavailable(firestoreMessage(error), { cause: error });
  }
};

export type FirestoreReadModelsOptions = FirestoreOptions & {
  /** Names the log they are views of; left out, nobody asks. Rejects while that cannot be said. */
  readonly log?: LogName;
  readonly pace?: Pacer;
};

/**
 * Read models in Firestore. Any number of servers may keep and read them: of two that have the same events one applies
 * them, and the other goes on from there. A write returns once it is committed, and waits where the table was written
 * too often of late, so that the writer's next one holds more. Throws `ViewsOfAnotherLog`.
 */
export const openFirestoreReadModels = async (options: FirestoreReadModelsOptions): Promise<ReadModels> => {
  const { db, close } = await openFirestore(options);
  const layout = viewsLayout(db, options.prefix ?? DEFAULT_PREFIX);
  const owner = logOwner(layout.log, options.log);
  const standings = tableStandings(db, layout);
  const parts = rowParts(db, layout);
  const redo = redoLog(db, layout, standings, parts);
  const tables = firestoreTables(db, layout);
  const pace = options.pace ?? pacer();
  const swept = new Set<string>();
  let sweeping: Promise<void> = Promise.resolve();
  /** Nobody waits for it; what it cannot delete now, it finds again when somebody asks which tables there are. */
  const sweepSoon = (projection: string): void => {
    swept.add(projection);
    sweeping = sweeping.then(() => tables.sweep(projection)).catch(() => void swept.delete(projection));
  };

  const placeAll = (transaction: Transaction, table: string, rows: readonly ReadyRow[]): void => {
    for (const row of rows) {
      place(transaction, layout.row(table, row.key), row.fields);
      for (const part of row.parts) parts.put(transaction, table, part);
      parts.remove(transaction, table, row.former);
    }
  };

  const commit = async (
    table: string,
    rows: readonly ReadyRow[],
    checkpoint: string | undefined,
  ): Promise<Written> => {
    const aim = aimAt(checkpoint);
    const written = isOneCommit(rows)
      ? await standings.write(table, aim, (transaction, document) => {
          placeAll(transaction, table, rows);
          // Whoever fills a redo log began where the table no longer is.
          transaction.set(document, { ...checkpointFields(aim), redoBy: null }, { merge: true });
        })
      : await redo.commit(table, rows, checkpoint);
    if (checkpoint !== undefined) standings.learn(table, { exists: true, checkpoint });
    return written;
  };

  const find = async (table: string, index: string, value: string): Promise<readonly unknown[]> => {
    const { docs } = await layout.rows(table).where(indexField(index), 'array-contains', value).get();
    const found = await Promise.all(
      docs.map(async (doc) => ({ key: String(doc.get('key')), doc: await parts.whole(table, doc) })),
    );
    return found.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ doc }) => doc);
  };

  /** With the parts they are to do away with; where another server has changed those since, the write is refused. */
  const made = async (table: string, rows: readonly Row[]): Promise<readonly ReadyRow[]> => {
    const former = await parts.named(table, rows);
    return rows.map((row) => ready(row, former.get(row.key) ?? []));
  };

  try {
    await owner.check();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    isShared: true,
    checkpoint: async (table) => {
      const found = await redo.settle(table);
      standings.learn(table, found);
      return found.checkpoint;
    },
    reached: async (table) => {
      const { redoCounts, redoTo, checkpoint } = standingOf(await layout.table(table).get());
      return redoCounts ? (redoTo ?? checkpoint) : checkpoint;
    },
    get: (table, key) =>
      reading(
        layout
          .row(table, key)
          .get()
          .then((row) => parts.whole(table, row)),
      ),
    find: (table, index, value) => reading(find(table, index, value)),
    write: async (table, rows, checkpoint) => {
      await owner.claim();
      await pace(table);
      return commit(table, await made(table, rows), checkpoint);
    },
    tables: async (projection) => {
      // Once, for what a server that was killed has dropped and not deleted.
      if (!swept.has(projection)) sweepSoon(projection);
      return tables.of(projection);
    },
    begin: async (table) => {
      await tables.begin(table);
      standings.learn(table.name, { exists: true, checkpoint: undefined });
    },
    serve: async (table, { rows, checkpoint, pinned }) => {
      const { name, projection } = table;
      const readyRows = await made(name, rows);
      const aim = aimAt(checkpoint);
      const isSmall = isOneCommit(readyRows);
      // Nobody reads the table yet: only the switch itself has to be one transaction with what is left.
      if (!isSmall) await commit(name, readyRows, checkpoint);
      await tables.serve(table, pinned, async (transaction) => {
        const found = standings.expect(name, await standings.look(transaction, name), aim);
        if (found === 'elsewhere') throw new Overtaken(name);
        if (isSmall) placeAll(transaction, name, readyRows);
        const fields = { projection, ...checkpointFields(aim), redoBy: null };
        transaction.set(layout.table(name), fields, { merge: true });
      });
      if (checkpoint !== undefined) standings.learn(name, { exists: true, checkpoint });
      sweepSoon(projection);
    },
    drop: async (table) => {
      try {
        await tables.drop(table);
      } catch (error) {
        swept.clear();
        throw error;
      }
    },
    // Firestore keeps nothing of what was written over but its own history, which ends by itself.
    purge: async () => undefined,
    close: async () => {
      await sweeping;
      await close();
    },
  };
};
