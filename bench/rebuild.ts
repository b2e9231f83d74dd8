import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { openSqliteVault } from '../adapters/vault/sqlite.ts';
import type { NewEvent } from '../commands/ports/event-store.ts';
import { rightOf } from '../domain/testing/outcome.ts';
import { sessionView } from '../projections/session-view/index.ts';
import { openEmmett } from './emmett/store.ts';
import type { Row } from './row.ts';
import { median, rounded } from './statistics.ts';
import { sessionIdOf, sessionOf, writeLongLog } from './support/long-log.ts';
import type { RebuildFigures } from './support/rebuild-in-process.ts';
import { within } from './support/within.ts';

const SCRIPT = fileURLToPath(new URL('./support/rebuild-in-process.ts', import.meta.url));
const SESSIONS = 2_000;
const EVENTS_EACH = 500;
const ROUNDS = 3;

const writeLog = async (dir: string): Promise<void> => {
  const vault = rightOf(openSqliteVault({ file: join(dir, 'vault.db'), masterKey: new Uint8Array(32) }));
  await writeLongLog(join(dir, 'events.db'), vault, { sessions: SESSIONS, length: EVENTS_EACH });
  vault.close();
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

/** Its consumer does some thousand events a second: a million of them would take minutes, and show nothing more. */
const EMMETT_SESSIONS = 100;

/**
 * The same events, words in the clear, through Emmett's own consumer: our view folded in memory, no row ever written.
 * @returns events per second; `undefined` where Emmett cannot be installed
 */
const rebuildWithEmmett = async (dir: string): Promise<number | undefined> => {
  const emmett = await openEmmett(join(dir, 'emmett.db'));
  if (emmett === undefined) return undefined;
  const at = '2026-01-02T03:04:05.678Z';
  for (let session = 0; session < EMMETT_SESSIONS; session += 1) {
    const sessionId = sessionIdOf(session);
    const events = sessionOf(sessionId, EVENTS_EACH).map(({ type, data }, revision) => ({
      id: `${sessionId}-${revision}`,
      type,
      data,
      metadata: { at, revision },
    }));
    await emmett.append(`session-${sessionId}`, events as unknown as readonly NewEvent[]);
  }
  const total = EMMETT_SESSIONS * EVENTS_EACH;
  const documents = new Map<string, ReturnType<typeof sessionView.evolve>>();
  const startedAt = performance.now();
  await emmett.consume(BigInt(total), ({ type, data, metadata: { streamName, globalPosition } }) => {
    const event = {
      type,
      data,
      stream: streamName,
      revision: 0,
      position: String(globalPosition),
      metadata: { at },
    };
    documents.set(
      streamName,
      sessionView.evolve(
        documents.get(streamName),
        event as unknown as Parameters<typeof sessionView.evolve>[1],
      ),
    );
  });
  const perSecond = (total * 1_000) / (performance.now() - startedAt);
  emmett.close();
  return perSecond;
};

const besideEmmett = (ours: number, emmett: number | undefined): readonly Row[] =>
  emmett === undefined
    ? []
    : [
        {
          name: 'rebuild-1m-emmett',
          median: ours,
          unit: 'events/s',
          baseline: Math.round(emmett),
          ratio: rounded(ours / emmett, 2),
          goal: { at: 'min', value: 5, of: 'ratio' },
        },
      ];

/**
 * The session view of 1,000,000 events in 2,000 sessions, rebuilt beside the one that serves, words encrypted as they
 * are in life; beside it Emmett, with a twentieth of the log. Takes about two minutes, most of it to write the logs.
 */
export const benchRebuild = (): Promise<readonly Row[]> =>
  within(async (dir) => {
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
      ...besideEmmett(middle, await rebuildWithEmmett(dir)),
      { name: 'rebuild-1m-rss-max', median: rss.max, unit: 'MiB', baseline: rss.before },
    ];
  });
