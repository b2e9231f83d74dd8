import type { ReadModels } from '../../../projections/ports.ts';

/**
 * Read models as a process sees them that is killed at its `lastCall`th call: just before it, or just after it was
 * carried out and nobody heard. From then on nothing is answered; `died` resolves.
 */
export const mortal = (readModels: ReadModels, lastCall: number, isHeard: boolean) => {
  const death = Promise.withResolvers<void>();
  const never = new Promise<never>(() => undefined);
  let calls = 0;

  const call = async <A>(carryOut: () => Promise<A>): Promise<A> => {
    calls += 1;
    if (calls > lastCall) return never;
    if (calls < lastCall) return carryOut();
    if (isHeard) await carryOut();
    death.resolve();
    return never;
  };

  const seen: ReadModels = {
    isShared: readModels.isShared,
    checkpoint: (table) => call(() => readModels.checkpoint(table)),
    get: (table, key) => call(() => readModels.get(table, key)),
    find: (table, index, value) => call(() => readModels.find(table, index, value)),
    write: (table, rows, checkpoint) => call(() => readModels.write(table, rows, checkpoint)),
    tables: (projection) => call(() => readModels.tables(projection)),
    begin: (table) => call(() => readModels.begin(table)),
    serve: (table, last) => call(() => readModels.serve(table, last)),
    drop: (table) => call(() => readModels.drop(table)),
    // What is on the disk is another suite's subject, and rewriting the file each time is most of the time.
    purge: async () => undefined,
    close: async () => undefined,
  };
  return { readModels: seen, died: death.promise };
};
