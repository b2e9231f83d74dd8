// `npm run test:long`: the suites of which `npm test` runs a bounded part, in full, one after another.
// `npm run test:long -- durability delivery` runs some; `MK0R_SEED=<n>` repeats a run.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SUITES = {
  simulation: 'tests/simulation/',
  'crash-points': 'tests/crash/points/',
  concurrency: 'tests/concurrency/',
  delivery: 'tests/delivery/',
  projections: 'tests/projections/',
  durability: 'tests/durability/',
  forgetting: 'tests/forgetting/',
  'generated-prompts': 'tests/offline-agent/generated-prompts',
  'generated-apps': 'tests/browser/generated-apps',
};
/** Suites that need a browser; all others are of the unit projects. */
const IN_BROWSER = ['generated-apps'];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => SUITES[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(
    `There is no long suite called ${unknown.join(', ')}. Known: ${Object.keys(SUITES).join(', ')}.\n`,
  );
  process.exit(2);
}

const seed = process.env.MK0R_SEED ?? String(randomInt(2 ** 31));
if (!/^\d+$/.test(seed)) {
  process.stderr.write('MK0R_SEED is a whole number, e.g. MK0R_SEED=42.\n');
  process.exit(2);
}

/** What a suite says it has done, e.g. `delivery: 10000 schedules, …`; everything else is Vitest's own. */
const COUNTED = /^\p{L}[^:]{2,60}: \d[\d,.]* .*/u;
const PASSED = /Tests\s.*?(\d+) passed/;
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

const run = async (name, shared) => {
  process.stdout.write(`\n── ${name} (MK0R_SEED=${seed}) ──\n`);
  const startedAt = Date.now();
  const projects = IN_BROWSER.includes(name) ? ['browser-full'] : ['unit', 'unit-full'];
  const args = ['run', ...projects.flatMap((project) => ['--project', project]), SUITES[name]];
  const vitest = spawn('vitest', args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, MK0R_LONG: '1', MK0R_SEED: seed, MK0R_TEST_SHARED: shared },
  });
  const ended = new Promise((resolve, reject) => {
    vitest.once('error', reject);
    vitest.once('close', resolve);
  });
  const counted = [];
  let tests = '0';
  for await (const line of createInterface({ input: vitest.stdout })) {
    process.stdout.write(`${line}\n`);
    const plain = line.replaceAll(COLOURS, '');
    if (COUNTED.test(plain)) counted.push(plain);
    tests = PASSED.exec(plain)?.[1] ?? tests;
  }
  const isGood = (await ended) === 0;
  return { name, counted, tests, isGood, seconds: Math.round((Date.now() - startedAt) / 1000) };
};

const shared = mkdtempSync(join(tmpdir(), 'mk0r-test-'));
const results = [];
try {
  for (const name of asked.length > 0 ? asked : Object.keys(SUITES)) results.push(await run(name, shared));
} finally {
  rmSync(shared, { recursive: true, force: true });
}

const rows = [
  ['suite', 'tests passed', 'seed', 'result', 'seconds'],
  ...results.map(({ name, tests, isGood, seconds }) => [
    name,
    tests,
    seed,
    isGood ? 'passed' : 'FAILED',
    `${seconds}`,
  ]),
];
const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
process.stdout.write('\n');
for (const [index, row] of rows.entries()) {
  const cells = row.map((cell, column) => cell.padEnd(widths[column]));
  process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
  for (const line of results[index - 1]?.counted ?? []) process.stdout.write(`    ${line}\n`);
}
process.exit(results.every(({ isGood }) => isGood) ? 0 : 1);
