import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { anyHistory } from '../../domain/testing/arbitrary-events.ts';
import { planned } from '../../domain/testing/histories.ts';
import { holds } from '../../domain/testing/property.ts';
import type { ReadModels } from '../../projections/ports.ts';
import { tableOf } from '../../projections/projection.ts';
import { startProjector } from '../../projections/projector.ts';
import { sessionView } from '../../projections/session-view/index.ts';
import { createTestFeed, interleaved, unheard } from '../../projections/testing/feed.ts';
import { createMemoryReadModels } from '../../projections/testing/read-models.ts';

/** Where views outlive a server: each `open` is another server over what the ones before have left. */
export type Place = {
  readonly open: () => Promise<ReadModels>;
  readonly remove: () => Promise<void>;
};

const KEYS = ['a', 'b', 'c'];

/** Everything there is, then no more. */
const project = async (readModels: ReadModels, feed: ReturnType<typeof createTestFeed>): Promise<void> => {
  const stop = new AbortController();
  const projector = startProjector(sessionView, {
    feed,
    readModels,
    signal: stop.signal,
    ...unheard,
  });
  await projector.caughtUp;
  stop.abort();
  await projector.stopped;
};

/** Views that are kept are those of a server that never stopped. `runs`: histories that are tried. */
export const restartsContract = (
  name: string,
  make: () => Promise<Place>,
  { runs }: { readonly runs: number },
): void => {
  describe(`views in ${name}`, () => {
    holds(
      'are what they are in memory, over any restarts of the server',
      [
        fc.array(
          anyHistory.map((events) => [planned(), ...events]),
          { minLength: 1, maxLength: KEYS.length },
        ),
        fc.array(fc.nat(40), { maxLength: 3 }),
      ],
      async (sessions, stops) => {
        const { open, remove } = await make();
        const log = interleaved(sessions);
        const feed = createTestFeed([3, 1, 5]);
        const memory = createMemoryReadModels();
        let appended = 0;
        for (const stop of [...stops.toSorted((a, b) => a - b), log.length]) {
          const more = log.slice(appended, Math.max(appended, stop));
          feed.append(more);
          appended += more.length;
          const kept = await open();
          await Promise.all([project(kept, feed), project(memory, feed)]);
          await kept.close();
        }
        const kept = await open();
        const table = tableOf(sessionView);
        for (const key of KEYS)
          expect(JSON.stringify(await kept.get(table, key))).toBe(
            JSON.stringify(await memory.get(table, key)),
          );
        expect(await kept.checkpoint(table)).toBe(await memory.checkpoint(table));
        await kept.close();
        await remove();
      },
      { runs },
    );
  });
};
