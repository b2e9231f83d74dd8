import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { anyHistory } from '../../domain/testing/arbitrary-events.ts';
import { planned } from '../../domain/testing/histories.ts';
import { holds } from '../../domain/testing/property.ts';
import type { ReadModels, Row } from '../../projections/ports.ts';
import { tableOf } from '../../projections/projection.ts';
import { startProjector } from '../../projections/projector.ts';
import { sessionView } from '../../projections/session-view/index.ts';
import { byNumber, createTestFeed, interleaved } from '../../projections/testing/feed.ts';
import { createMemoryReadModels } from '../../projections/testing/read-models.ts';
import { readModelsContract } from './read-models.contract.ts';
import { openSqliteReadModels } from './sqlite.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

const directory = async (): Promise<string> => {
  const made = await mkdtemp(join(tmpdir(), 'mk0r-views-'));
  opened.push(() => rm(made, { recursive: true }));
  return made;
};

readModelsContract('SQLite', async () => {
  const made = await mkdtemp(join(tmpdir(), 'mk0r-views-'));
  const readModels = openSqliteReadModels({ file: join(made, 'views.db') });
  return {
    readModels,
    dispose: async () => {
      await readModels.close();
      await rm(made, { recursive: true });
    },
  };
});

const row = (key: string, doc: unknown): Row => ({ key, doc, indexes: { all: ['yes'] } });

describe('a write that fails half-way', () => {
  test('has written neither rows nor checkpoint', async () => {
    const file = join(await directory(), 'views.db');
    const readModels = openSqliteReadModels({ file });
    opened.push(() => readModels.close());
    await readModels.write('t_v1', [row('a', 'before')], '1');
    const circular: { self?: unknown } = {};
    circular.self = circular;
    await expect(readModels.write('t_v1', [row('a', 'after'), row('b', circular)], '2')).rejects.toThrow();
    expect(await readModels.get('t_v1', 'a')).toBe('before');
    expect(await readModels.checkpoint('t_v1')).toBe('1');
    expect(await readModels.find('t_v1', 'all', 'yes')).toEqual(['before']);
  });
});

describe('views on disk', () => {
  holds(
    'are what they are in memory, over any restarts of the server',
    [
      fc.array(
        anyHistory.map((events) => [planned(), ...events]),
        { minLength: 1, maxLength: 3 },
      ),
      fc.array(fc.nat(40), { maxLength: 3 }),
    ],
    async (sessions, stops) => {
      const file = join(await directory(), 'views.db');
      const log = interleaved(sessions);
      const feed = createTestFeed([3, 1, 5]);
      const memory = createMemoryReadModels();
      let appended = 0;
      for (const stop of [...stops.toSorted((a, b) => a - b), log.length]) {
        const more = log.slice(appended, Math.max(appended, stop));
        feed.append(more);
        appended += more.length;
        const disk = openSqliteReadModels({ file });
        await Promise.all([project(disk, feed), project(memory, feed)]);
        await disk.close();
      }
      const disk = openSqliteReadModels({ file });
      const table = tableOf(sessionView);
      for (const key of ['a', 'b', 'c']) {
        expect(JSON.stringify(await disk.get(table, key))).toBe(JSON.stringify(await memory.get(table, key)));
      }
      expect(await disk.checkpoint(table)).toBe(await memory.checkpoint(table));
      await disk.close();
    },
    { runs: 15 },
  );
});

/** Everything there is, then no more. */
const project = async (readModels: ReadModels, feed: ReturnType<typeof createTestFeed>): Promise<void> => {
  const stop = new AbortController();
  const projector = startProjector(sessionView, {
    feed,
    readModels,
    signal: stop.signal,
    log: { info: () => undefined, warn: () => undefined },
    comparePositions: byNumber,
  });
  await projector.caughtUp;
  stop.abort();
  await projector.stopped;
};
