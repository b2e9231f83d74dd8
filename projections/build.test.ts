import { describe, expect, test } from 'vitest';
import { planned, submitted } from '../domain/testing/histories.ts';
import { build } from './build.ts';
import type { Pending } from './fold.ts';
import type { Batch, EventFeed, FeedEvent } from './ports.ts';
import { newTable } from './projection.ts';
import { sessionView } from './session-view/index.ts';
import { byNumber, published } from './testing/feed.ts';
import { createMemoryReadModels } from './testing/read-models.ts';
import { UnknownEventType } from './unknown-events.ts';

const table = newTable(sessionView, []);
const LOG = published([planned(), ...Array.from({ length: 9 }, (_, turn) => submitted(`turn-${turn}`))]);

/** The log in the order it becomes visible to the builder. */
const feedOf = (batches: readonly Batch[]): EventFeed => ({
  count: async (upTo = '10') => Number(upTo),
  subscribe: async function* () {
    yield* batches;
  },
});

const until = (last: number, caughtUp: boolean): Batch => ({ events: LOG.slice(0, last), caughtUp });

/** Builds over these batches while readers have seen everything up to a position; answers what happened, in order. */
const built = async (batches: readonly Batch[], seen: string | undefined) => {
  const happened: string[] = [];
  const readModels = createMemoryReadModels();
  await readModels.begin(table);
  const run = build(
    sessionView,
    table,
    {
      feed: feedOf(batches),
      readModels,
      signal: new AbortController().signal,
      comparePositions: byNumber,
      log: { info: () => undefined, warn: () => undefined },
    },
    {
      applied: () => seen,
      hold: async () => {
        happened.push('readers are held');
        return () => void happened.push('readers go on');
      },
      switchOver: async ({ rows, checkpoint }: Pending) => {
        happened.push(`switched at ${checkpoint} with ${rows.length} rows`);
      },
    },
    {
      started: () => undefined,
      batch: (events: readonly FeedEvent[]) => void happened.push(`${events.length} events`),
    },
  );
  return { run, happened };
};

describe('a build', () => {
  test('switches when it has caught up, with its last rows', async () => {
    const { run, happened } = await built([until(4, false), until(10, true)], '10');
    await run;
    expect(happened).toEqual([
      '4 events',
      '10 events',
      'readers are held',
      'switched at 10 with 1 rows',
      'readers go on',
    ]);
  });

  test('never switches while readers have seen more than it has', async () => {
    const { run, happened } = await built(
      [until(4, true), until(6, true), until(8, false), until(9, true)],
      '8',
    );
    await run;
    expect(happened).toEqual([
      '4 events',
      'readers are held',
      '6 events',
      '8 events',
      'switched at 8 with 1 rows',
      'readers go on',
    ]);
  });

  test('of an empty log switches, too', async () => {
    const { run, happened } = await built([{ events: [], caughtUp: true }], undefined);
    await run;
    expect(happened).toContain('switched at undefined with 0 rows');
  });

  test('refuses what it does not know by type and position, and lets readers go on', async () => {
    const unknown = LOG.map((event, index) => (index === 5 ? { ...event, type: 'MindRead' } : event));
    const { run, happened } = await built([until(2, true), { events: unknown, caughtUp: true }], '9');
    await expect(run).rejects.toThrow(UnknownEventType);
    await expect(run).rejects.toThrow(/position 6 .* MindRead/);
    expect(happened).toEqual(['2 events', 'readers are held', 'readers go on']);
  });
});
