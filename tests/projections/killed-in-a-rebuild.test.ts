import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteReadModels } from '../../adapters/read-models/sqlite.ts';
import { comparePositions } from '../../api/composition/positions.ts';
import { startProjector } from '../../projections/projector.ts';
import { sessionView } from '../../projections/session-view/index.ts';
import { openSessionsLog } from './support/sessions-log.ts';
import { openViewsFile } from './support/views-file.ts';

const TABLE = `session_view_v${sessionView.version}`;

const SCRIPT = join(import.meta.dirname, 'support/rebuild-in-process.ts');
const SESSIONS = 100;
const EVENTS_EACH = 2_000;
/** Three processes build what a quarter of a million events come to: half a minute of a busy machine. */
const LIMIT_MS = 240_000;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mk0r-rebuild-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Runs a rebuild in a process of its own; after so many writes of the building table it is killed with SIGKILL. */
const rebuild = async (killAfterWrites: number): Promise<readonly string[]> => {
  const child = spawn(process.execPath, [SCRIPT, dir], { stdio: ['pipe', 'pipe', 'inherit'] });
  const said: string[] = [];
  let writes = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (!/^wrote .*~/.test(line)) continue;
    writes += 1;
    // It waits: it has written so many, and goes on to no other.
    if (writes === killAfterWrites) child.kill('SIGKILL');
    else child.stdin.write('on\n');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe(killAfterWrites === Number.POSITIVE_INFINITY ? null : 'SIGKILL');
  return said;
};

const inThisProcess = async (readModels: ReturnType<typeof openSqliteReadModels>): Promise<void> => {
  const log = openSessionsLog(dir);
  const stop = new AbortController();
  const projector = startProjector(sessionView, {
    feed: log.feed,
    readModels,
    comparePositions,
    signal: stop.signal,
    log: { info: () => undefined, warn: () => undefined },
  });
  await projector.caughtUp;
  stop.abort();
  await projector.stopped;
  await log.close();
};

test(
  'a process killed in a rebuild, twice, goes on from the last write, and what served serves meanwhile',
  async () => {
    const log = openSessionsLog(dir);
    await log.fill(SESSIONS, EVENTS_EACH);
    await log.close();
    const first = openSqliteReadModels({ file: join(dir, 'views.db') });
    await inThisProcess(first);
    await first.close();

    await rebuild(2);
    const between = openSqliteReadModels({ file: join(dir, 'views.db') });
    const roles = (await between.tables('session_view')).map(({ name, role }) => [name, role]);
    expect(roles).toEqual([
      [TABLE, 'serving'],
      [`${TABLE}~2`, 'building'],
    ]);
    expect(await between.get(TABLE, 'session7')).toBeDefined();
    await between.close();

    const again = await rebuild(1);
    expect(again).toContain(`rebuilding ${TABLE}~2`);
    const last = (await rebuild(Number.POSITIVE_INFINITY)).at(-1) ?? '';
    const resumedAt = Number(/^built, resumed at (\d+)$/.exec(last)?.[1]);
    expect(resumedAt).toBeGreaterThanOrEqual(60_000);

    const anew = openViewsFile();
    await inThisProcess(anew.readModels);
    const resumed = openViewsFile(dir);
    expect(resumed.dump('session_view', 'serving')).toEqual(anew.dump('session_view', 'serving'));
    expect(resumed.dump('session_view', 'kept')).toEqual(anew.dump('session_view', 'serving'));
    expect((await resumed.readModels.tables('session_view')).map(({ name }) => name)).toEqual([
      TABLE,
      `${TABLE}~2`,
    ]);
    await anew.close();
    await resumed.close();
    process.stdout.write(
      `killed in a rebuild: twice; resumed at ${resumedAt} of ${SESSIONS * EVENTS_EACH} events\n`,
    );
  },
  LIMIT_MS,
);
