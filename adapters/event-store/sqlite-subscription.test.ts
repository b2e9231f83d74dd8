import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { right } from '../../domain/testing/outcome.ts';
import { SEED } from '../../domain/testing/reach.ts';
import { temporaryDirectories } from '../sqlite-file/testing.ts';
import { stores } from './sqlite.testing.ts';
import { someEvents, subscribeUntil } from './testing.ts';

const temporaryDirectory = temporaryDirectories();
const open = stores();

/** What one writer does: the sizes of its appends, one after the other. */
const writer = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });

test(`a subscription sees each event exactly once while many append, in log order (seed ${SEED})`, async () => {
  const property = fc.asyncProperty(
    fc.array(writer, { minLength: 1, maxLength: 6 }),
    fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
    fc.boolean(),
    async (writers, batchSizes, twoProcesses) => {
      const file = join(await temporaryDirectory(), 'events.db');
      const store = open(file);
      const other = twoProcesses ? open(file) : store;
      const total = writers.flat().reduce((sum, size) => sum + size, 0);

      const watching = batchSizes.map((batchSize) => subscribeUntil(store, total, { batchSize }));
      await Promise.all(
        writers.map(async (sizes, index) => {
          let revision = -1;
          for (const size of sizes) {
            const log = index % 2 === 0 ? store : other;
            ({ revision } = await right(log.append(`session-${index}`, revision, someEvents(size))));
          }
        }),
      );

      const log = (await right(store.readAll({ limit: total + 1 }))).map(({ id }) => id);
      expect(log).toHaveLength(total);
      for (const seen of await Promise.all(watching)) expect(seen.map(({ id }) => id)).toEqual(log);
      await store.close();
      await other.close();
    },
  );
  await fc.assert(property, { seed: SEED, numRuns: 20 });
});
