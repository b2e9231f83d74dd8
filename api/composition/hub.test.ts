import * as E from 'fp-ts/lib/Either.js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { EventStore, NewEvent } from '../../commands/ports/event-store.ts';
import { createReader } from '../../commands/reader.ts';
import { createMemoryEventStore } from '../../commands/testing/event-store.ts';
import { createMemoryVault, memoryCipher } from '../../commands/testing/vault.ts';
import { right } from '../../domain/testing/outcome.ts';
import type { AuditPage } from '../../projections/audit-views.ts';
import { createHistories } from './audit.ts';
import { createFeed, startHub } from './hub.ts';

const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

/** Events without a word in them. */
const slept = (count: number): readonly NewEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    id: crypto.randomUUID(),
    type: 'SandboxSlept',
    data: { reason: 'idle' },
    metadata: {
      schema: 1,
      at: new Date(Date.UTC(2026, 10, 30) + index).toISOString(),
      actor: 'process-manager:sleep',
      causationId: 'cause',
      correlationId: 'correlation',
      seal: '',
    },
  }));

const append = async (store: EventStore, sessionId: string, count: number): Promise<void> => {
  const before = (await right(store.readStream(`session-${sessionId}`))).length - 1;
  await right(store.append(`session-${sessionId}`, before, slept(count)));
};

const started = (store: EventStore, headOf: (stream: string) => number = () => -1) => {
  const stop = new AbortController();
  stops.push(stop);
  const reader = createReader({ store, vault: createMemoryVault(), cipher: memoryCipher });
  const hub = startHub(store, reader, { signal: stop.signal, headOf });
  return { hub, reader };
};

describe('a server that starts over a log', () => {
  test('hears what is appended from then on, without reading what was before', async () => {
    const store = createMemoryEventStore();
    await append(store, 'ada', 1_200);
    const subscribeAll = vi.fn(store.subscribeAll);
    const { hub } = started({ ...store, subscribeAll });
    const heard: number[] = [];
    hub.onEvent('ada', ({ pos }) => heard.push(pos));
    await expect.poll(() => subscribeAll.mock.calls.at(-1)?.[0]).toMatchObject({ after: '1200' });
    await append(store, 'ada', 2);
    await expect.poll(() => heard).toEqual([1_200, 1_201]);
    expect(hub.head('ada')).toBe(1_201);
  });

  test('asks again for as long as its log is away', async () => {
    const store = createMemoryEventStore();
    const head = vi
      .fn(store.head)
      .mockReturnValueOnce(async () => E.left({ tag: 'StoreUnavailable', message: 'away' }));
    const { hub } = started({ ...store, head });
    await expect.poll(() => head.mock.calls.length).toBe(2);
    const heard: number[] = [];
    hub.onEvent('ada', ({ pos }) => heard.push(pos));
    await append(store, 'ada', 1);
    await expect.poll(() => heard).toEqual([0]);
  });

  test('knows of a session what it has folded, and finds out what it has not', async () => {
    const store = createMemoryEventStore();
    await append(store, 'ada', 1_200);
    const { hub } = started(store, () => 3);
    expect(hub.head('ada')).toBe(3);
    expect(await right(hub.findHead('ada'))).toBe(1_199);
    expect(await right(hub.findHead('nobody'))).toBe(3);
    expect(await hub.findHeadOrHeard('ada')).toBe(1_199);
  });

  test('takes what it has heard for the end of a session while the log cannot be read, where that will do', async () => {
    const store = createMemoryEventStore();
    await append(store, 'ada', 10);
    const readStream = () => async () => E.left({ tag: 'StoreUnavailable', message: 'away' } as const);
    const { hub } = started({ ...store, readStream }, () => 4);
    expect(await hub.findHeadOrHeard('ada')).toBe(4);
    expect(await hub.findHead('ada')()).toEqual(E.left({ tag: 'StoreUnavailable', message: 'away' }));
  });

  test('gives a history out to its end, either way, whatever it has heard of it', async () => {
    const store = createMemoryEventStore();
    await append(store, 'ada', 1_200);
    const { hub, reader } = started(store);
    const { page } = createHistories({ reader, store, findHead: hub.findHead });
    const forwards: number[] = [];
    for (let from: number | undefined = 0; from !== undefined; ) {
      const { events, next }: AuditPage = await right(page('ada', { from, limit: 500, filter: {} }, 'shown'));
      forwards.push(...events.map(({ pos }) => pos));
      from = next;
    }
    expect(forwards).toHaveLength(1_200);
    const last = await right(page('ada', { from: 0, before: 1e15, limit: 2, filter: {} }, 'shown'));
    expect(last).toMatchObject({ head: 1_199, previous: 1_198, events: [{ pos: 1_198 }, { pos: 1_199 }] });
  });
});

describe('the feed of a log', () => {
  const feedWith = (head: string | undefined) => {
    const store: EventStore = { ...createMemoryEventStore(), head: () => async () => E.right(head) };
    return createFeed(store, createReader({ store, vault: createMemoryVault(), cipher: memoryCipher }));
  };

  test('says that it counts bytes where KurrentDB keeps it, from the first count on', async () => {
    const feed = feedWith('0000000000002100/0000000000002100');
    expect(await feed.count()).toBe(2_100);
    expect(feed.unit?.()).toBe('bytes');
  });

  test('counts events everywhere else', async () => {
    for (const head of ['42', undefined]) {
      const feed = feedWith(head);
      expect(await feed.count()).toBe(Number(head ?? 0));
      expect(feed.unit?.()).toBeUndefined();
    }
  });
});
