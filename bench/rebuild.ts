import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { openSqliteVault } from '../adapters/vault/sqlite.ts';
import type { Row } from './row.ts';
import { median, rounded } from './statistics.ts';
import { writeLongLog } from './support/long-log.ts';
import type { RebuildFigures } from './support/rebuild-in-process.ts';

const SCRIPT = fileURLToPath(new URL('./support/rebuild-in-process.ts', import.meta.url));
const SESSIONS = 2_000;
const EVENTS_EACH = 500;
const ROUNDS = 3;

const writeLog = async (dir: string): Promise<void> => {
  const vault = openSqliteVault({ file: join(dir, 'vault.db'), masterKey: new Uint8Array(32) });
  if (E.isLeft(vault)) throw new Error(vault.left.message);
  await writeLongLog(join(dir, 'events.db'), vault.right, { sessions: SESSIONS, length: EVENTS_EACH });
  vault.right.close();
};

/** The floor: `node:sqlite` reading the same log, parsing every event and folding nothing. */
const readRaw = (dir: string): number => {
  const db = new DatabaseSync(join(dir, 'events.db'), { readOnly: true });
  const page = db.prepare(
    'SELECT position, data, metadata FROM events WHERE position > ? ORDER BY position LIMIT 1000',
  );
  const startedAt = performance.now();
  let [after, events] = [0, 0];
  for (let rows = page.all(after); rows.length > 0; rows = page.all(after)) {
    for (const { data, metadata } of rows) {
      JSON.parse(String(data));
      JSON.parse(String(metadata));
    }
    events += rows.length;
    after = Number(rows.at(-1)?.position);
  }
  const perSecond = (events * 1_000) / (performance.now() - startedAt);
  db.close();
  return perSecond;
};

/**
 * The session view of 1,000,000 events in 2,000 sessions, rebuilt beside the one that serves, words encrypted as they
 * are in life. Takes about a minute, most of it to write the log.
 */
export const benchRebuild = async (): Promise<readonly Row[]> => {
  const dir = mkdtempSync(join(tmpdir(), 'mk0r-bench-'));
  try {
    await writeLog(dir);
    const raw = Math.max(readRaw(dir), readRaw(dir));
    const answer = execFileSync(process.execPath, [SCRIPT, dir, String(ROUNDS)], { encoding: 'utf8' });
    const { eventsPerSecond, rss } = JSON.parse(answer) as RebuildFigures;
    const middle = median(eventsPerSecond);
    process.stdout.write(
      `rebuild: ${eventsPerSecond.join(', ')} events/s; resident ${rss.before} MiB before, at most ${rss.max}, ` +
        `${rss.after} after; at each tenth of the last one ${rss.tenths.join(' ')}\n`,
    );
    return [
      {
        name: 'rebuild-1m',
        median: middle,
        unit: 'events/s',
        baseline: Math.round(raw),
        ratio: rounded(middle / raw, 2),
        goal: { at: 'min', value: 200_000, of: 'median' },
      },
      { name: 'rebuild-1m-rss-max', median: rss.max, unit: 'MiB', baseline: rss.before },
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};
