import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { SEED as FROM, RUN, reach } from '../../domain/testing/reach.ts';
import { ACCIDENTS, CALL_FAULTS } from './faults.ts';
import { simulateMany } from './many.ts';
import { REGRESSIONS } from './regressions.ts';
import { type Run, simulate } from './run.ts';

/** One seed alone, with its story. */
const ONLY = process.env.MK0R_SIM_SEED;
const IS_LONG = RUN === 'long';
/** About 10 ms of a core each. */
const COUNT = Number(process.env.MK0R_SIM_COUNT ?? reach({ short: 1_000, full: 20_000, long: 1_000_000 }));
const WORKERS = Math.min(availableParallelism(), IS_LONG ? 64 : 2);
const LIMIT_MS = IS_LONG ? 24 * 3_600_000 : 600_000;
const LAST_LINES = 80;

const show = ({ seed, violations, story }: Run): string =>
  [
    ...story().slice(-LAST_LINES),
    ...violations.map(({ phase, invariant, detail }) => `✗ (${phase}) ${invariant}: ${detail}`),
    `MK0R_SIM_SEED=${seed} npx vitest run --project unit tests/simulation`,
  ].join('\n');

describe.runIf(ONLY !== undefined)('one run', () => {
  test(`holds what must hold (seed ${ONLY})`, async () => {
    const run = await simulate(Number(ONLY));
    console.log(run.story().join('\n'));
    expect(run.violations, show(run)).toEqual([]);
  });
});

describe.skipIf(ONLY !== undefined)('the whole system', () => {
  test('is the same again for the same seed, to the last event and resource', async () => {
    for (let seed = FROM; seed < FROM + 20; seed += 1) {
      const [one, two] = [await simulate(seed), await simulate(seed)];
      expect(two.digest(), `seed ${seed}`).toBe(one.digest());
    }
  });

  test.each(REGRESSIONS)('holds where it once did not (seed %i): %s', async (seed) => {
    const run = await simulate(seed);
    expect(run.violations, show(run)).toEqual([]);
  });

  test(
    `holds what must hold whatever goes wrong, and gets on when nothing does any more (${COUNT} seeds from ${FROM})`,
    async () => {
      const started = performance.now();
      const seconds = (): string => ((performance.now() - started) / 1_000).toFixed(0);
      let told = 0;
      const { seeds, events, failures, faults } = await simulateMany({
        from: FROM,
        count: COUNT,
        workers: WORKERS,
        ...(IS_LONG
          ? {
              progress: ({ seeds: done, failures: found }) => {
                for (const { seed, invariant, detail } of found.slice(told))
                  console.log(`simulation: seed ${seed}: ${invariant}: ${detail}`);
                told = found.length;
                if (done % 10_000 === 0)
                  console.log(
                    `simulation: ${done} of ${COUNT} seeds, ${found.length} violations, ${seconds()} s`,
                  );
              },
            }
          : {}),
      });
      console.log(
        `simulation: ${seeds} seeds from ${FROM}, ${failures.length} violations, ${seconds()} s (${events} events)`,
      );
      const [first] = failures;
      if (first !== undefined) console.log(show(await simulate(first.seed)));
      expect(failures).toEqual([]);
      // What never strikes is not tested.
      if (seeds >= 5_000)
        for (const kind of [...CALL_FAULTS, ...ACCIDENTS]) expect([...faults.keys()]).toContain(kind);
    },
    LIMIT_MS,
  );
});
