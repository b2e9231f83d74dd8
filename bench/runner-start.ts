import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSqliteVault } from '../adapters/vault/sqlite.ts';
import { rightOf } from '../domain/testing/outcome.ts';
import type { Row } from './row.ts';
import { median, rounded } from './statistics.ts';
import { writeLongLog } from './support/long-log.ts';
import type { StartFigures } from './support/start-in-process.ts';
import { within } from './support/within.ts';

const SCRIPT = fileURLToPath(new URL('./support/start-in-process.ts', import.meta.url));
const SESSIONS = 2_000;
const EVENTS_EACH = 500;
const ROUNDS = 3;

const start = (dir: string, how: 'start' | 'snapshot' | 'keep' | 'all'): StartFigures =>
  JSON.parse(execFileSync(process.execPath, [SCRIPT, dir, how], { encoding: 'utf8' })) as StartFigures;

/**
 * What a start takes before its process managers look for work: every session of a log of 1,000,000 events folded,
 * from the log and from a snapshot. Beside it the same from every event, by turns.
 */
export const benchRunnerStart = (): Promise<readonly Row[]> =>
  within(async (dir) => {
    const vault = rightOf(openSqliteVault({ file: join(dir, 'vault.db'), masterKey: new Uint8Array(32) }));
    await writeLongLog(join(dir, 'events.db'), vault, { sessions: SESSIONS, length: EVENTS_EACH });
    vault.close();
    const keeping = start(dir, 'keep');
    const rounds = Array.from({ length: ROUNDS }, () => ({
      log: start(dir, 'start'),
      snapshot: start(dir, 'snapshot'),
      all: start(dir, 'all'),
    }));
    process.stdout.write(`runner-start: folded and kept in ${keeping.ms} ms\n`);
    for (const { log, snapshot, all } of rounds)
      process.stdout.write(
        `runner-start: ${log.events} events read in ${log.ms} ms (${log.cpuMs} ms of processor); from a snapshot ` +
          `${snapshot.ms} ms (${snapshot.cpuMs}); all ${all.events} in ${all.ms} ms (${all.cpuMs}); ${all.sessions} sessions\n`,
      );
    const middle = (how: 'log' | 'snapshot' | 'all', of: 'ms' | 'cpuMs'): number =>
      median(rounds.map((round) => round[how][of]));
    const row = (name: string, how: 'log' | 'snapshot', of: 'ms' | 'cpuMs'): Row => {
      const [ours, all] = [middle(how, of), middle('all', of)];
      return { name, median: ours, unit: 'ms', baseline: all, ratio: rounded(ours / all, 2) };
    };
    return [
      row('runner-start-1m', 'log', 'ms'),
      row('runner-start-1m-cpu', 'log', 'cpuMs'),
      row('runner-start-1m-snapshot', 'snapshot', 'ms'),
      row('runner-start-1m-snapshot-cpu', 'snapshot', 'cpuMs'),
    ];
  });
