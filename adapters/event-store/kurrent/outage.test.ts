import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventStore, StoredEvent } from '../../../commands/ports/event-store.ts';
import { left, right, rightOf } from '../../../domain/testing/outcome.ts';
import { type KurrentStandIn, startKurrentStandIn } from '../../../tests/stand-ins/kurrent/server.ts';
import { anEvent, aStream, someEvents } from '../testing.ts';
import { parseKurrentUrl } from './address.ts';
import { MAX_APPEND_BYTES } from './append.ts';
import { createKurrentEventStore } from './store.ts';

const SHORT_MS = 1_000;
const LONG_MS = 20_000;
/** Of which half is waited for the answer that does not come, and half is left for the one that does. */
const LOST_MS = 12_000;

let standIn: KurrentStandIn;
const opened: EventStore[] = [];

const open = (patienceMs: number): EventStore => {
  const address = rightOf(parseKurrentUrl(standIn.url));
  const store = createKurrentEventStore({ address, patienceMs });
  opened.push(store);
  return store;
};

const using = (nodes: number): void => {
  beforeEach(async () => {
    standIn = await startKurrentStandIn({ nodes });
  });
  afterEach(async () => {
    standIn.behaviour.hangs = false;
    await Promise.all(opened.splice(0).map((store) => store.close()));
    standIn.close();
  });
};

/** Collects what a subscriber sees, from the start of the log. */
const follow = (store: EventStore) => {
  const stop = new AbortController();
  const seen: StoredEvent[] = [];
  const ended = (async () => {
    for await (const { events } of store.subscribeAll({ signal: stop.signal })) seen.push(...events);
  })();
  return {
    seen,
    stop: () => {
      stop.abort();
      return ended;
    },
  };
};

const ids = (events: readonly { readonly id: string }[]): readonly string[] => events.map(({ id }) => id);

/** An append that is repeated until it is acknowledged, as whoever was told 503 would. */
const appendAtLast = async (store: EventStore, stream: string, events: ReturnType<typeof someEvents>) => {
  for (;;) {
    const answer = await store.append(stream, -1, events)();
    if (answer._tag === 'Right') return answer.right;
    expect(answer.left.tag).toBe('StoreUnavailable');
  }
};

describe('a server that comes and goes', () => {
  using(1);

  test.each(['broken', 'silent'] as const)(
    'an append whose answer is lost (%s connection) is one event, and is answered',
    async (loss) => {
      const store = open(loss === 'broken' ? LONG_MS : LOST_MS);
      const stream = aStream();
      standIn.behaviour.lost.push(loss);
      const events = someEvents(2);
      const { revision, position } = await right(store.append(stream, -1, events));
      expect(standIn.asked().filter(({ method }) => method === 'append')).toHaveLength(2);
      const kept = await right(store.readStream(stream));
      expect(ids(kept)).toEqual(ids(events));
      expect([kept.at(-1)?.revision, kept.at(-1)?.position]).toEqual([revision, position]);
    },
  );

  test('while it is away appends and reads say so; when it is back nothing acknowledged is missing', async () => {
    const store = open(SHORT_MS);
    const before = someEvents(3);
    await right(open(LONG_MS).append(aStream(), -1, before));
    const subscriber = follow(store);
    await expect.poll(() => subscriber.seen.length, { timeout: LONG_MS }).toBe(3);

    standIn.stop();
    expect(await left(store.append(aStream(), -1, someEvents(1)))).toMatchObject({ tag: 'StoreUnavailable' });
    expect(await left(store.readStream(aStream()))).toMatchObject({ tag: 'StoreUnavailable' });

    await standIn.start();
    const after = someEvents(2);
    await appendAtLast(store, aStream(), after);
    await expect.poll(() => subscriber.seen.length, { timeout: LONG_MS }).toBe(5);
    expect(ids(subscriber.seen)).toEqual(ids([...before, ...after]));
    await subscriber.stop();
  });

  test('what others append is seen after an outage nobody here appended in', async () => {
    const store = open(SHORT_MS);
    const subscriber = follow(store);
    await right(open(LONG_MS).append(aStream(), -1, someEvents(1)));
    await expect.poll(() => subscriber.seen.length, { timeout: LONG_MS }).toBe(1);
    standIn.stop();
    await left(store.readStream(aStream()));
    await standIn.start();
    await right(open(LONG_MS).append(aStream(), -1, someEvents(1)));
    await expect.poll(() => subscriber.seen.length, { timeout: LONG_MS }).toBe(2);
    await subscriber.stop();
  });

  test('a server that hangs is a server that is away, also for a client that never reached it', async () => {
    const store = open(SHORT_MS);
    standIn.behaviour.hangs = true;
    const stream = aStream();
    const events = someEvents(1);
    expect(await left(store.append(stream, -1, events))).toMatchObject({ tag: 'StoreUnavailable' });
    expect(await left(store.head())).toMatchObject({ tag: 'StoreUnavailable' });
    standIn.behaviour.hangs = false;
    await appendAtLast(store, stream, events);
    expect(await right(open(LONG_MS).readStream(stream))).toHaveLength(1);
  });

  test('an append at a stream that is not there, at some revision, names none', async () => {
    expect(await left(open(LONG_MS).append(aStream(), 7, someEvents(1)))).toMatchObject({
      tag: 'RevisionConflict',
      actual: -1,
    });
  });

  test('an append of more than a server may take is refused before it is sent', async () => {
    const store = open(LONG_MS);
    const big = anEvent({ text: 'x'.repeat(MAX_APPEND_BYTES) });
    const error = await left(store.append(aStream(), -1, [big]));
    expect(error).toMatchObject({
      tag: 'StoreFull',
      message: expect.stringContaining('nothing was written'),
    });
    expect(standIn.asked()).toEqual([]);
  });

  test('a user without the rights is told at once, and not asked again', async () => {
    standIn.behaviour.refusesUser = true;
    const error = await left(open(LONG_MS).append(aStream(), -1, someEvents(1)));
    expect(error).toMatchObject({ message: expect.stringContaining('rights of an administrator') });
    expect(standIn.asked().filter(({ method }) => method === 'append')).toHaveLength(1);
  });

  test("the server's own events are nobody's, however many there are", async () => {
    const store = open(LONG_MS);
    const events = someEvents(2);
    for (const [index, event] of events.entries()) {
      for (let written = 0; written < 100; written += 1) standIn.log.writeStatistics();
      await right(store.append(aStream(), -1, [event]));
      if (index === 0) expect(await right(store.readAll({ limit: 10 }))).toHaveLength(1);
    }
    for (let written = 0; written < 100; written += 1) standIn.log.writeStatistics();
    expect(ids(await right(store.readAll({ limit: 10 })))).toEqual(ids(events));
    const [first, last] = await right(store.readAll({ limit: 10 }));
    expect(ids(await right(store.readAll({ limit: 1, after: first?.position ?? '' })))).toEqual(
      ids(events.slice(1)),
    );
    expect(await right(store.head())).toBe(last?.position);
  });
});

describe('a cluster', () => {
  using(3);

  test('whose nodes were all away serves a client that failed to find one', async () => {
    standIn.stop();
    const store = open(SHORT_MS);
    const stream = aStream();
    const events = someEvents(1);
    expect(await left(store.append(stream, -1, events))).toMatchObject({ tag: 'StoreUnavailable' });
    expect(await left(store.append(stream, -1, events))).toMatchObject({ tag: 'StoreUnavailable' });
    await standIn.start();
    await appendAtLast(store, stream, events);
    expect(await right(open(LONG_MS).readStream(stream))).toHaveLength(1);
  });

  test('that elects another leader is followed there', async () => {
    const store = open(LONG_MS);
    const stream = aStream();
    await right(store.append(stream, -1, someEvents(1)));
    standIn.elect(1);
    await right(store.append(stream, 0, someEvents(1)));
    expect(await right(store.readStream(stream))).toHaveLength(2);
  });

  test('whose leader dies goes on with the next one, and subscribers miss nothing', async () => {
    const store = open(LONG_MS);
    const stream = aStream();
    const subscriber = follow(store);
    await right(store.append(stream, -1, someEvents(1)));
    standIn.stop(0);
    standIn.elect(2);
    await right(store.append(stream, 0, someEvents(1)));
    await expect.poll(() => subscriber.seen.length, { timeout: LONG_MS }).toBe(2);
    await subscriber.stop();
  });
});
