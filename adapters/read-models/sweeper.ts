import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { catalogue } from './catalogue.ts';

/** Rows deleted in one transaction: a table of a hundred thousand must not hold up everybody else. */
const SLICE = 500;

/** Deletes what dropped tables held, a slice at a time; what a crash leaves over is gone after the next call. */
export const sweeper = (
  database: DatabaseSync,
  tables: ReturnType<typeof catalogue>,
  /** Runs `work` in a transaction once the file may be written. */
  change: <A>(work: () => A) => Promise<A>,
) => {
  const slices = ['rows', 'lookups'].map((from) =>
    database.prepare(
      `DELETE FROM ${from} WHERE tbl = ?1 AND key IN (SELECT key FROM ${from} WHERE tbl = ?1 LIMIT ${SLICE})`,
    ),
  );
  const forgetCheckpoint = database.prepare('DELETE FROM checkpoints WHERE tbl = ?');

  const isOurs = (table: string): boolean => database.isOpen && tables.dropped().includes(table);

  const sweepTable = async (table: string): Promise<void> => {
    for (const slice of slices) {
      // Asked each time: another sweep may have ended this, and the name may be in use again.
      const some = (): boolean => isOurs(table) && slice.run(table).changes !== 0;
      while (isOurs(table) && (await change(some))) await nextTurn();
    }
    if (!isOurs(table)) return;
    await change(() => {
      if (!isOurs(table)) return;
      forgetCheckpoint.run(table);
      tables.strike(table);
    });
  };

  return async (): Promise<void> => {
    for (const table of tables.dropped()) await sweepTable(table);
  };
};
