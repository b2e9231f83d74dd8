import { left } from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import type { EventStore, NewEvent } from '../../commands/ports/event-store.ts';
import { createMemoryEventStore } from '../../commands/testing/event-store.ts';
import { observeStore } from './observed-store.ts';

const event = (id: string): NewEvent => ({
  id,
  type: 'OwnerAdded',
  data: {},
  metadata: { causationId: '', correlationId: '', actor: 'operator', at: '', schema: 1, seal: '' },
});

/** A store that can be told to fail, watched by a clock that can be told the time. */
const observed = () => {
  const memory = createMemoryEventStore();
  let failing: 'StoreFull' | 'StoreUnavailable' | undefined;
  let ms = 0;
  const fail = <A>(otherwise: () => Promise<A>): Promise<A> =>
    failing === undefined
      ? otherwise()
      : (Promise.resolve(left({ tag: failing, message: 'as told' })) as Promise<A>);
  const store: EventStore = {
    ...memory,
    append:
      (...args) =>
      () =>
        fail(memory.append(...args)),
    head: () => () => fail(memory.head()),
  };
  const watched = observeStore(store, () => ms);
  return {
    ...watched,
    will: (how: typeof failing) => {
      failing = how;
    },
    pass: (by: number) => {
      ms += by;
    },
  };
};

describe('a store', () => {
  test('is up, and its appends are counted', async () => {
    const { store, facts } = observed();
    await store.append('session-a', -1, [event('1')])();
    expect(facts()).toEqual({
      state: 'up',
      appends: { done: 1, failed: 0, took: { count: 1, p50: 0, p95: 0, p99: 0, max: 0 } },
    });
  });

  test.each(['StoreFull', 'StoreUnavailable'] as const)(
    'that answers %s to an append is down',
    async (how) => {
      const { store, facts, will } = observed();
      will(how);
      await store.append('session-a', -1, [event('1')])();
      expect(facts()).toMatchObject({ state: 'down', appends: { done: 0, failed: 1 } });
    },
  );

  test('is up again with the next append that succeeds', async () => {
    const { store, facts, will } = observed();
    will('StoreFull');
    await store.append('session-a', -1, [event('1')])();
    will(undefined);
    await store.append('session-a', -1, [event('1')])();
    expect(facts().state).toBe('up');
  });

  test('is tried again ten seconds after an append has failed: nobody who is kept away could show that it is up', async () => {
    const { store, facts, will, pass } = observed();
    will('StoreFull');
    await store.append('session-a', -1, [event('1')])();
    pass(10_000);
    expect(facts().state).toBe('down');
    pass(1);
    expect(facts().state).toBe('up');
  });

  test('that cannot be read is down until it can', async () => {
    const { store, facts, will } = observed();
    will('StoreUnavailable');
    await store.head()();
    expect(facts().state).toBe('down');
    will(undefined);
    await store.head()();
    expect(facts().state).toBe('up');
  });

  test('that lets somebody else win a race is well', async () => {
    const { store, facts } = observed();
    await store.append('session-a', 7, [event('1')])();
    expect(facts()).toMatchObject({ state: 'up', appends: { done: 0, failed: 0 } });
  });
});
