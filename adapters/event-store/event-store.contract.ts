import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventStore, StoredEvent } from '../../commands/ports/event-store.ts';
import { left, right } from '../../domain/testing/outcome.ts';
import { anEvent, aStream, from, someEvents, subscribeUntil } from './testing.ts';

/** A store to be judged. It may already hold events, and others may be appending to other streams. */
export type MakeStore = () => Promise<{ readonly store: EventStore; readonly dispose: () => Promise<void> }>;

const ids = (events: readonly { readonly id: string }[]): readonly string[] => events.map(({ id }) => id);

/** What every adapter of the port promises. Nothing here may assume more than the port's own words. */
export const eventStoreContract = (name: string, makeStore: MakeStore): void => {
  describe(`${name} keeps the event store's contract`, () => {
    let store: EventStore;
    let dispose: () => Promise<void>;
    let start: string | undefined;

    beforeEach(async () => {
      ({ store, dispose } = await makeStore());
      start = await right(store.head());
    });
    afterEach(() => dispose());

    describe('appending', () => {
      test('the first event of a stream has revision 0, the next follow without a hole', async () => {
        const stream = aStream();
        expect((await right(store.append(stream, -1, someEvents(2)))).revision).toBe(1);
        expect((await right(store.append(stream, 1, someEvents(3)))).revision).toBe(4);
        const revisions = (await right(store.readStream(stream))).map(({ revision }) => revision);
        expect(revisions).toEqual([0, 1, 2, 3, 4]);
      });

      test('an event is read as it was written', async () => {
        const stream = aStream();
        const event = anEvent({
          text: 'Zażółć 🧵 \u0000 \u2028 "quoted" \\ \ud83d',
          nested: { list: [1, -2.5e-7, true, null, []], empty: {} },
        });
        const { position } = await right(store.append(stream, -1, [event]));
        expect(await right(store.readStream(stream))).toEqual([{ ...event, stream, revision: 0, position }]);
      });

      test('several events are one: all of them or none', async () => {
        const stream = aStream();
        await right(store.append(stream, -1, someEvents(1)));
        await left(store.append(stream, -1, someEvents(3)));
        expect(await right(store.readStream(stream))).toHaveLength(1);
      });

      test.each([
        ['a stream that is there already', -1, 2],
        ['a revision that is past', 1, 2],
        ['a revision that is still to come', 3, 2],
      ])('whoever expects %s is told what is', async (_, expected, actual) => {
        const stream = aStream();
        await right(store.append(stream, -1, someEvents(3)));
        expect(await left(store.append(stream, expected, someEvents(1)))).toEqual({
          tag: 'RevisionConflict',
          stream,
          expected,
          actual,
        });
        expect(await right(store.readStream(stream))).toHaveLength(3);
      });

      test('whoever expects a stream that is not there is told so', async () => {
        const stream = aStream();
        expect(await left(store.append(stream, 0, someEvents(1)))).toEqual({
          tag: 'RevisionConflict',
          stream,
          expected: 0,
          actual: -1,
        });
      });

      test('of many who append at one revision exactly one wins', async () => {
        const stream = aStream();
        const attempts = await Promise.all(
          Array.from({ length: 50 }, () => store.append(stream, -1, someEvents(2))()),
        );
        expect(attempts.filter(({ _tag }) => _tag === 'Right')).toHaveLength(1);
        expect(await right(store.readStream(stream))).toHaveLength(2);
      });
    });

    describe('appending again', () => {
      test('the same ids at the same revisions answer as the first time, and add nothing', async () => {
        const stream = aStream();
        const events = someEvents(3);
        const first = await right(store.append(stream, -1, events));
        expect(await right(store.append(stream, -1, events))).toEqual(first);
        expect(await right(store.readStream(stream))).toHaveLength(3);
      });

      test('so they do after later events', async () => {
        const stream = aStream();
        const events = someEvents(2);
        await right(store.append(stream, -1, someEvents(1)));
        const first = await right(store.append(stream, 0, events));
        await right(store.append(stream, 2, someEvents(4)));
        expect(await right(store.append(stream, 0, events))).toEqual(first);
        expect(await right(store.readStream(stream))).toHaveLength(7);
      });

      test('so they do when both attempts are under way at once', async () => {
        const stream = aStream();
        const events = someEvents(2);
        const [one, two] = await Promise.all([
          right(store.append(stream, -1, events)),
          right(store.append(stream, -1, events)),
        ]);
        expect(two).toEqual(one);
        expect(await right(store.readStream(stream))).toHaveLength(2);
      });

      test.each([
        ['begins alike and ends otherwise', [0, undefined]],
        ['has more at its end', [0, 1, undefined]],
        ['begins otherwise', [undefined, 1]],
        ['has another order', [1, 0]],
      ])('an append that %s is a conflict', async (_, picks) => {
        const stream = aStream();
        const kept = someEvents(2);
        await right(store.append(stream, -1, kept));
        const again = picks.map((pick) => (pick === undefined ? undefined : kept[pick]) ?? anEvent());
        expect(await left(store.append(stream, -1, again))).toMatchObject({
          tag: 'RevisionConflict',
          actual: 1,
        });
        expect(ids(await right(store.readStream(stream)))).toEqual(ids(kept));
      });
    });

    describe('reading a stream', () => {
      test('an unknown stream reads as empty', async () => {
        expect(await right(store.readStream(aStream()))).toEqual([]);
      });

      test('a range begins with its first revision and holds at most its limit', async () => {
        const stream = aStream();
        const events = someEvents(6);
        await right(store.append(stream, -1, events));
        expect(ids(await right(store.readStream(stream, { from: 4 })))).toEqual(ids(events.slice(4)));
        expect(ids(await right(store.readStream(stream, { limit: 2 })))).toEqual(ids(events.slice(0, 2)));
        expect(ids(await right(store.readStream(stream, { from: 2, limit: 3 })))).toEqual(
          ids(events.slice(2, 5)),
        );
        expect(await right(store.readStream(stream, { from: 6 }))).toEqual([]);
      });

      test('streams whose names begin alike are kept apart', async () => {
        const stream = aStream();
        await right(store.append(stream, -1, someEvents(1)));
        await right(store.append(`${stream}0`, -1, someEvents(2)));
        expect(await right(store.readStream(stream))).toHaveLength(1);
      });
    });

    describe('reading the whole log', () => {
      test('events of all streams come in the order of their appends, page by page', async () => {
        const [one, two] = [aStream(), aStream()];
        const events = someEvents(4);
        await right(store.append(one, -1, events.slice(0, 1)));
        await right(store.append(two, -1, events.slice(1, 3)));
        await right(store.append(one, 0, events.slice(3)));

        const first = await right(store.readAll({ ...from(start), limit: 3 }));
        const rest = await right(store.readAll({ ...from(first.at(-1)?.position), limit: 3 }));
        expect(ids([...first, ...rest])).toEqual(ids(events));
        expect(rest.map(({ stream, revision }) => [stream, revision])).toEqual([[one, 1]]);
      });

      test('events nobody wants may be left out, but no other, and not the last one there is', async () => {
        const events = [
          anEvent({ text: 'many words' }),
          { ...anEvent({ few: 1 }), type: 'TurnFinished' },
          anEvent({ text: 'more words' }),
          anEvent({ text: 'last words' }),
        ];
        await right(store.append(aStream(), -1, events));
        const without = new Set(['AgentSaid']);
        const read = await right(store.readAll({ ...from(start), limit: 9, without }));
        expect(ids(events)).toEqual(expect.arrayContaining([...ids(read)]));
        expect(ids(read)).toEqual(expect.arrayContaining([events[1]?.id, events[3]?.id]));
        expect(read.find(({ type }) => type === 'TurnFinished')?.data).toEqual({ few: 1 });
        expect(read.at(-1)?.position).toBe(await right(store.head()));
      });

      test('the head is the position of the last event, which its append answered', async () => {
        const { position } = await right(store.append(aStream(), -1, someEvents(2)));
        expect(await right(store.head())).toBe(position);
        expect(await right(store.readAll({ after: position, limit: 10 }))).toEqual([]);
      });
    });

    describe('subscribing', () => {
      test('what was there comes first, then what is appended, and it says when it has caught up', async () => {
        const stream = aStream();
        const past = someEvents(5);
        const live = someEvents(2);
        await right(store.append(stream, -1, past));

        const stop = new AbortController();
        const seen: StoredEvent[] = [];
        let caughtUpAt: number | undefined;
        for await (const batch of store.subscribeAll({
          ...from(start),
          batchSize: 2,
          signal: stop.signal,
        })) {
          seen.push(...batch.events);
          if (batch.caughtUp && caughtUpAt === undefined) {
            caughtUpAt = seen.length;
            await right(store.append(stream, 4, live));
          }
          if (seen.length === 7) stop.abort();
        }
        expect(caughtUpAt).toBe(5);
        expect(ids(seen)).toEqual(ids([...past, ...live]));
      });

      test('with nothing to read it says at once that it has caught up', async () => {
        const stop = new AbortController();
        const batches: unknown[] = [];
        for await (const batch of store.subscribeAll({ ...from(start), signal: stop.signal })) {
          batches.push(batch);
          stop.abort();
        }
        expect(batches).toEqual([{ events: [], caughtUp: true }]);
      });

      test('it goes on strictly after the position it was given', async () => {
        const events = someEvents(3);
        const stream = aStream();
        const { position } = await right(store.append(stream, -1, events.slice(0, 2)));
        await right(store.append(stream, 1, events.slice(2)));
        expect(ids(await subscribeUntil(store, 1, { after: position }))).toEqual(ids(events.slice(2)));
      });

      test('it ends while it waits, when it is aborted', async () => {
        const stop = new AbortController();
        const batches = store.subscribeAll({ ...from(start), signal: stop.signal })[Symbol.asyncIterator]();
        await batches.next();
        const waiting = batches.next();
        stop.abort();
        expect((await waiting).done).toBe(true);
      });

      test('subscribers do not take events from each other', async () => {
        const watching = [subscribeUntil(store, 3, from(start)), subscribeUntil(store, 3, from(start))];
        const events = someEvents(3);
        await right(store.append(`session-${randomUUID()}`, -1, events));
        for (const seen of await Promise.all(watching)) expect(ids(seen)).toEqual(ids(events));
      });
    });
  });
};
