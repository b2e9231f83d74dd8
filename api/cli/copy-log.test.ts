import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import { anEvent } from '../../adapters/event-store/testing.ts';
import type { NewEvent } from '../../commands/ports/event-store.ts';
import { FIRST_SEAL, sealOf } from '../../commands/seal.ts';
import { right, rightOf } from '../../domain/testing/outcome.ts';
import { type KurrentStandIn, startKurrentStandIn } from '../../tests/stand-ins/kurrent/server.ts';
import { readConfig } from '../config.ts';
import { lockDataDir } from '../lifecycle/data-dir-lock.ts';
import { copyLog } from './copy-log.ts';

const STREAMS = ['session-one', 'session-two', 'pool'];
/** More than a page, in appends of which some hold more than one append to KurrentDB may. */
const TURNS = 14;
const EVENTS_A_TURN = 50;

let dataDir: string;
let kurrent: KurrentStandIn;
let log: readonly { readonly stream: string; readonly id: string }[];

/** A log in which streams take turns, sealed as the journal seals. */
const writeLog = async () => {
  const store = rightOf(openSqliteEventStore({ file: join(dataDir, 'log', 'events.db') }));
  const ends = new Map<string, { seal: string; revision: number }>();
  const written: { stream: string; id: string }[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const stream = STREAMS[turn % STREAMS.length] ?? 'pool';
    const { seal: before, revision: expected } = ends.get(stream) ?? { seal: FIRST_SEAL, revision: -1 };
    let seal = before;
    const events = Array.from({ length: EVENTS_A_TURN }, (_, index): NewEvent => {
      const text = index % 5 === 0 ? 'x'.repeat(60_000) : `Zażółć ${turn} ${index}`;
      const event = anEvent({ text, nothing: null });
      seal = sealOf(seal, stream, expected + 1 + index, event);
      return { ...event, metadata: { ...event.metadata, seal } };
    });
    const { revision } = await right(store.append(stream, expected, events));
    ends.set(stream, { seal, revision });
    written.push(...events.map(({ id }) => ({ stream, id })));
  }
  await store.close();
  return written;
};

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'mk0r-copy-'));
  mkdirSync(join(dataDir, 'log'));
  log = await writeLog();
  kurrent = await startKurrentStandIn();
});
afterEach(() => {
  kurrent.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const run = async (env: Readonly<Record<string, string>> = { EVENTSTORE_URL: kurrent.url }) => {
  const config = rightOf(readConfig({ MK0R_DATA_DIR: dataDir, ...env }));
  const lines: string[] = [];
  await copyLog.run([], { config, say: (line) => lines.push(line) });
  return lines.join('\n');
};

const inKurrent = () =>
  kurrent.log
    .all()
    .filter(({ stream }) => !stream.startsWith('$'))
    .map(({ stream, id }) => ({ stream, id }));

describe('copy-log', () => {
  test('copies the log in its order, and again without doubling anything', async () => {
    expect(await run()).toContain('700 events of 3 streams are in KurrentDB, and every seal fits');
    expect(inKurrent()).toEqual(log);
    await run();
    expect(inKurrent()).toEqual(log);
  });

  test('goes on where it was when the server went away half-way', async () => {
    kurrent.behaviour.appendsLeft = 10;
    await expect(run()).rejects.toThrow('Start the copy again: it goes on');
    kurrent.behaviour.appendsLeft = 10_000;
    const half = inKurrent();
    expect(half.length).toBeGreaterThan(0);
    expect(half).toEqual(log.slice(0, half.length));
    await run();
    expect(inKurrent()).toEqual(log);
  });

  test('does not mix two logs', async () => {
    await run();
    rmSync(join(dataDir, 'log'), { recursive: true });
    mkdirSync(join(dataDir, 'log'));
    await writeLog();
    await expect(run()).rejects.toThrow('is in KurrentDB with other events');
    expect(inKurrent()).toEqual(log);
  });

  test('says where to must be told, and that no server may run', async () => {
    await expect(run({})).rejects.toThrow('set EVENTSTORE_URL');
    const lock = rightOf(lockDataDir(dataDir));
    await expect(run()).rejects.toThrow('Stop it first');
    lock.release();
  });
});
