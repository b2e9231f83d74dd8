import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../commands/testing/clock.ts';
import { RUN, reach, SEED } from '../../../domain/testing/reach.ts';
import { bundleWorker } from '../../support/ledger/bundle-worker.ts';
import { type Drilled, runDrills } from './drill.ts';
import { drawnFrom, inChains, inRecovery, oneByOne } from './plan.ts';
import { describeRun, type Run } from './play.ts';
import { recoveryOf, report } from './report.ts';
import { type Survey, survey } from './survey.ts';
import { appendedAfterAll, neverPassed } from './wanted.ts';

const LONG = RUN === 'long';
/** Points of one run, other ones with each seed; a start costs a fifth of a second of a core. */
const DRAWN = reach({ short: 80, full: Number.POSITIVE_INFINITY, long: Number.POSITIVE_INFINITY });
/** Servers killed a second time while they take up what was left, out of all pairs there are. */
const RECOVERIES = reach({ short: 4, full: 60, long: 400 });
/** Two cores, and servers that wait for the disk. */
const AT_A_TIME = 3;
const LIMIT_MS = LONG ? 7_200_000 : 600_000;
/** How soon after its start a server has taken up what the one before it left; the product's own promise. */
const RECOVERED_WITHIN_MS = 10_000;

let directory: string;
let script: string;
let points: Survey;
/** Stories in which servers were killed and came back. */
let killed: readonly Run[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mk0r-crash-points-'));
  script = await bundleWorker(directory);
  const surveyed = await survey(SEED, script);
  points = surveyed.points;
  for (const run of surveyed.runs) expect(run.findings, describeRun(run)).toEqual(NOTHING);
}, LIMIT_MS);
afterAll(() => rm(directory, { recursive: true }));

const NOTHING = { lost: [], doubled: [], orphans: [], wrong: [] };

/** Every story came to its end, and after each nothing was lost, doubled, left over, stuck or other than it is said to be. */
const isFine = ({ runs, failed }: Drilled): void => {
  expect(failed).toEqual([]);
  for (const run of runs) expect(run.findings, describeRun(run)).toEqual(NOTHING);
};

const killedAt = ({ runs }: Drilled): ReadonlySet<string> =>
  new Set(runs.flatMap(({ deaths }) => deaths.map(({ at }) => at.point)));

/** Ways differ from one run to the next: not every second one is killed where the first run had passed. */
const timesKilledAgain = ({ runs }: Drilled): number => runs.filter(({ deaths }) => deaths.length > 1).length;

describe(`a server that is killed (seed ${SEED})`, () => {
  test('can be killed around every append, every effect, every call outside and every checkpoint there is', () => {
    expect(neverPassed([...points.keys()])).toEqual([]);
    expect(appendedAfterAll([...points.keys()])).toEqual([]);
  });

  test('is known not to be, by name, where no story leads', () => {
    const others = [...points.keys()].filter(
      (point) => !/^(push|append SessionReady)\b|agent\.cancel/.test(point),
    );
    expect(neverPassed(others)).toEqual([
      'append SessionReady: before',
      'append SessionReady: after',
      'agent.cancel: before',
      'agent.cancel: committed',
      'agent.cancel: answered',
      'push: nothing it asks for',
      'push: done',
    ]);
  });

  test(
    `at ${Number.isFinite(DRAWN) ? 'points drawn from all of them' : 'every point'}, several in the course of one story, loses, doubles and leaves nothing`,
    async () => {
      const random = seededRandom(SEED);
      const drawn = Number.isFinite(DRAWN) ? drawnFrom(points, DRAWN, random) : points;
      const drilled = await runDrills(inChains(drawn, random), script, AT_A_TIME);
      process.stdout.write(report('crash points, in chains', SEED, points.size, drilled));
      killed = drilled.runs;
      isFine(drilled);
      expect([...drawn.keys()].filter((point) => !killedAt(drilled).has(point))).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'ten times in a row during one boot comes back ten times',
    async () => {
      const failpoints = Array.from({ length: 10 }, () => ({ point: 'append StepStarted: after', nth: 1 }));
      const drilled = await runDrills([{ chapter: 0, seed: SEED, failpoints }], script, 1);
      isFine(drilled);
      expect(drilled.runs.map(({ deaths }) => deaths.length)).toEqual([10]);
    },
    LIMIT_MS,
  );

  if (LONG) {
    test(
      'three times at every point is back within ten seconds',
      async () => {
        const random = seededRandom(SEED + 1);
        const rounds = (['first', 'any', 'any'] as const).flatMap((which) => oneByOne(points, random, which));
        const drilled = await runDrills(rounds, script, AT_A_TIME);
        process.stdout.write(report('crash points × 3', SEED, points.size, drilled));
        killed = drilled.runs;
        isFine(drilled);
        expect(recoveryOf(drilled, 0.99)).toBeLessThanOrEqual(RECOVERED_WITHIN_MS);
        expect([...points.keys()].filter((point) => !killedAt(drilled).has(point))).toEqual([]);
      },
      LIMIT_MS,
    );
  }

  test(
    `and once more while it recovers, at ${RECOVERIES} pairs of points, loses, doubles and leaves nothing`,
    async () => {
      const random = seededRandom(SEED + 2);
      const drilled = await runDrills(inRecovery(killed, RECOVERIES, random), script, AT_A_TIME);
      process.stdout.write(report('crashes in recovery', SEED, points.size, drilled));
      isFine(drilled);
      expect(timesKilledAgain(drilled)).toBeGreaterThanOrEqual(RECOVERIES / 2);
      if (LONG) expect(recoveryOf(drilled, 0.99)).toBeLessThanOrEqual(RECOVERED_WITHIN_MS);
    },
    LIMIT_MS,
  );
});
