// `npm test`: what every change must pass, in under ten minutes on two cores.
// `npm run test:full`, of which CI runs a part (.ci/run): the whole stories beside it, and the randomised suites as far as is asked for.
// The longest runs: `npm run test:long`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Suites that go further the more time they have: see domain/testing/reach.ts. */
const REACHING = ['simulation', 'delivery', 'projections', 'concurrency', 'crash/points'];

const isFull = process.argv[2] === '--full';
const asked = process.argv.slice(isFull ? 3 : 2);

const vitest = (projects, files, env = {}) => {
  const args = projects.flatMap((project) => ['--project', project]);
  const result = spawnSync('vitest', ['run', ...args, '--passWithNoTests', ...files], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return result.status ?? 1;
};

/** `npm run test:full -- browser-full history` runs one of them, or some of its files. */
const FULL = ['unit-full', 'browser-full'];
const UNIT = ['unit', 'unit-sharing'];
const named = FULL.filter((project) => project === asked[0]);
const runs = isFull
  ? [
      ...(named.length > 0 ? [[named, asked.slice(1)]] : FULL.map((project) => [[project], asked])),
      ...(asked.length > 0 ? [] : [[UNIT, REACHING.map((name) => `tests/${name}/`)]]),
    ]
  : [
      [UNIT, asked],
      [['browser'], asked],
    ];

const startedAt = Date.now();
const shared = mkdtempSync(join(tmpdir(), 'mk0r-test-'));
const env = { MK0R_TEST_SHARED: shared, ...(isFull ? { MK0R_FULL: '1' } : {}) };
const statuses = runs.map(([projects, files]) => vitest(projects, files, env));
rmSync(shared, { recursive: true, force: true });
process.stdout.write(`\nAll suites took ${Math.round((Date.now() - startedAt) / 1000)} s.\n`);
process.exit(statuses.find((status) => status !== 0) ?? 0);
