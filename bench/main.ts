import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { benchColdBoot } from './cold-boot.ts';
import { benchEventStore } from './event-store.ts';
import { fsyncPerSecond } from './fsync.ts';
import { benchOfflineTurn } from './offline-turn.ts';
import { benchRebuild } from './rebuild.ts';
import type { Row } from './row.ts';
import { benchRunnerStart } from './runner-start.ts';
import { benchScreens } from './screens.ts';
import { benchSlowLegs } from './slow-legs.ts';
import { createBench } from './support/server.ts';
import { benchTenBuilders } from './ten-builders.ts';
import { benchVisibleChange } from './visible-change.ts';
import { benchWarmClaim } from './warm-claim.ts';

const RESULTS = new URL('./results/latest.json', import.meta.url);

/** The last run of each bench, with the machine it ran on: a run of some leaves those of the others. */
type Results = Readonly<
  Record<string, { readonly machine: string; readonly fsyncPerSecond: number; readonly rows: readonly Row[] }>
>;

const keep = (name: string, run: Results[string]): void => {
  const known = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Results) : {};
  mkdirSync(new URL('.', RESULTS), { recursive: true });
  writeFileSync(RESULTS, `${JSON.stringify({ ...known, [name]: run }, null, 2)}\n`);
};

const bench = createBench();

/** `npm run bench` runs all of them, `npm run bench -- <name> ...` some. */
const BENCHES: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  'event-store': benchEventStore,
  rebuild: benchRebuild,
  'runner-start': benchRunnerStart,
  'warm-claim': () => benchWarmClaim(bench),
  'cold-boot': () => benchColdBoot(bench),
  'slow-legs': () => benchSlowLegs(bench),
  screens: () => benchScreens(bench),
  'visible-change': () => benchVisibleChange(bench),
  'offline-turn': () => benchOfflineTurn(bench),
  'ten-builders': () => benchTenBuilders(bench),
};

const reached = ({ goal, median, p99, ratio }: Row): string => {
  if (goal === undefined) return '';
  const value = { median, p99, ratio }[goal.of];
  if (value === undefined) return '';
  const isReached = goal.at === 'max' ? value <= goal.value : value >= goal.value;
  return `${isReached ? 'reached' : 'MISSED'}: ${goal.of} ${goal.at} ${goal.value}`;
};

const print = (rows: readonly Row[]): void => {
  const cells = rows.map((row) => [
    row.name,
    `${row.median.toLocaleString('en')} ${row.unit}`,
    row.p99?.toLocaleString('en') ?? '',
    row.baseline?.toLocaleString('en') ?? '',
    row.ratio === undefined ? '' : `× ${row.ratio}`,
    reached(row),
  ]);
  const table = [['name', 'median', 'p99', 'baseline', 'ratio', 'goal'], ...cells];
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(...table.map((line) => line[column]?.length ?? 0)),
  );
  for (const line of table) {
    process.stdout.write(
      `${line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => BENCHES[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(
    `There is no bench called ${unknown.join(', ')}. Known: ${Object.keys(BENCHES).join(', ')}.\n`,
  );
  process.exit(1);
}

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
const fsyncs = fsyncPerSecond();
process.stdout.write(`${machine}\n${fsyncs.toLocaleString('en')} fsyncs per second\n\n`);
try {
  for (const name of asked.length > 0 ? asked : Object.keys(BENCHES)) {
    const rows = (await BENCHES[name]?.()) ?? [];
    print(rows);
    process.stdout.write('\n');
    if (rows.length > 0) keep(name, { machine, fsyncPerSecond: fsyncs, rows });
  }
} finally {
  bench.remove();
}
process.exit(0);
