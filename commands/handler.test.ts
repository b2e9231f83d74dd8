import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import { ERASED } from '../domain/envelope.ts';
import { decideSubmitTurn } from '../domain/session/decide/turns.ts';
import type { SessionEvent } from '../domain/session/events.ts';
import { closed, closeRequested, planned, submitted } from '../domain/testing/histories.ts';
import { createHandlers } from './handler.ts';
import { type Cause, createJournal } from './journal.ts';
import type { EventStore } from './ports/event-store.ts';
import type { Vault } from './ports/vault.ts';
import { verifySeals } from './seal.ts';
import { createTestClock } from './testing/clock.ts';
import { createMemoryEventStore } from './testing/event-store.ts';
import { createMemoryVault, memoryCipher } from './testing/vault.ts';

const ID = 'abcdefghijklmnopqrst';
const STREAM = `session-${ID}`;

const cause = (key: string, actor: Cause['actor'] = 'visitor:ann'): Cause => ({
  key,
  causationId: key,
  correlationId: key,
  actor,
});

let processes = 0;

/** Handlers of one process over a store, whose session is planned already. */
const processOver = async (store: EventStore = createMemoryEventStore(), vault = createMemoryVault()) => {
  await vault.openSession(ID)();
  processes += 1;
  const clock = createTestClock(processes);
  const handlers = createHandlers(createJournal({ store, vault, cipher: memoryCipher, clock }), clock);
  await handlers.session(
    ID,
    (state) => E.right(state.status === 'absent' ? [planned()] : []),
    cause('plan'),
  )();
  return { handlers, store, vault };
};

/** A vault of another moment, or another server's: it was never told of the session. */
const withoutKeys = (): Vault => ({ ...createMemoryVault(), openSession: () => TE.right(true) });

const typesIn = async (store: EventStore): Promise<readonly string[]> => {
  const events = await store.readStream(STREAM)();
  return E.isRight(events) ? events.right.map(({ type }) => type) : [];
};

const submit = (turnId: string) => (state: Parameters<typeof decideSubmitTurn>[1]) =>
  decideSubmitTurn({ turnId, prompt: 'Hello' }, state);

const owned = (owner: string) => (): E.Either<never, readonly SessionEvent[]> =>
  E.right([{ type: 'OwnerAdded', data: { owner } }]);

describe('a command', () => {
  test('answers what it led to, and where the log stands after it', async () => {
    const { handlers } = await processOver();
    expect(await handlers.session(ID, submit('t'), cause('c'))()).toMatchObject({
      right: {
        revision: 1,
        position: '2',
        events: [{ type: 'TurnSubmitted' }],
        state: { turns: [{ turnId: 't' }] },
      },
    });
  });

  test('that is refused leaves nothing behind', async () => {
    const { handlers, store } = await processOver();
    const refused = await handlers.session(
      ID,
      (state) => decideSubmitTurn({ turnId: 't', prompt: ' ' }, state),
      cause('c'),
    )();
    expect(refused).toEqual(E.left({ tag: 'Refused', refusal: { tag: 'PromptEmpty' } }));
    expect(await typesIn(store)).toEqual(['SessionPlanned']);
  });

  test('that loses a race is decided again on what has happened', async () => {
    const store = createMemoryEventStore();
    const vault = createMemoryVault();
    const [one, two] = [await processOver(store, vault), await processOver(store, vault)];
    const seen: number[] = [];
    const counting = (turnId: string) => (state: Parameters<typeof decideSubmitTurn>[1]) => {
      seen.push(state.turns.length);
      return decideSubmitTurn({ turnId, prompt: 'Hello' }, state);
    };
    await Promise.all([
      one.handlers.session(ID, counting('a'), cause('a'))(),
      two.handlers.session(ID, counting('b'), cause('b'))(),
    ]);
    expect(seen.toSorted()).toEqual([0, 0, 1]);
    expect(await typesIn(store)).toEqual(['SessionPlanned', 'TurnSubmitted', 'TurnSubmitted']);
  });

  test('gives up when it loses every time, and says to whom', async () => {
    const memory = createMemoryEventStore();
    const { vault } = await processOver(memory);
    const conflict = { tag: 'RevisionConflict', stream: STREAM, expected: 0, actual: 9 } as const;
    let tries = 0;
    const losing: EventStore = {
      ...memory,
      append: () => async () => {
        tries += 1;
        return E.left(conflict);
      },
    };
    const { handlers } = await processOver(losing, vault);
    expect(await handlers.session(ID, submit('t'), cause('c'))()).toEqual(E.left(conflict));
    expect(tries).toBe(21);
  });

  test('waits for those before it in the same process, so that a hundred at once meet no conflict', async () => {
    const memory = createMemoryEventStore();
    let conflicts = 0;
    const store: EventStore = {
      ...memory,
      append:
        (...args) =>
        async () => {
          const answer = await memory.append(...args)();
          conflicts += E.isLeft(answer) ? 1 : 0;
          return answer;
        },
    };
    const { handlers } = await processOver(store);
    const all = Array.from({ length: 100 }, (_, index) => `visitor-${index}`);
    await Promise.all(all.map((name) => handlers.session(ID, owned(name), cause(name))()));
    expect(conflicts).toBe(0);
    const events = await store.readStream(STREAM)();
    expect(E.isRight(events) && verifySeals(events.right)).toEqual({ events: 101 });
    const owners = E.isRight(events) ? events.right.slice(1).map(({ data }) => data) : [];
    expect(owners).toEqual(all.map((owner) => ({ owner })));
  });

  test('of another process in between is read before the next is decided', async () => {
    const store = createMemoryEventStore();
    const vault = createMemoryVault();
    const [one, two] = [await processOver(store, vault), await processOver(store, vault)];
    await one.handlers.session(ID, submit('a'), cause('a'))();
    await two.handlers.session(ID, submit('b'), cause('b'))();
    expect(await one.handlers.session(ID, submit('b'), cause('c'))()).toMatchObject({
      right: { events: [], revision: 2 },
    });
  });
});

describe('a command that two processes are given at the same moment', () => {
  test('is carried out once, and what either of them appends next continues what is there', async () => {
    const store = createMemoryEventStore();
    const vault = createMemoryVault();
    const [one, two] = [await processOver(store, vault), await processOver(store, vault)];
    const answers = await Promise.all(
      [one, two].map(({ handlers }) => handlers.session(ID, submit('t'), cause('c'))()),
    );
    expect(answers).toMatchObject([{ right: { revision: 1 } }, { right: { revision: 1 } }]);
    await two.handlers.session(ID, submit('u'), cause('d'))();
    await one.handlers.session(ID, submit('v'), cause('e'))();
    const events = await store.readStream(STREAM)();
    expect(E.isRight(events) && verifySeals(events.right)).toEqual({ events: 4 });
  });
});

describe('a command that is repeated', () => {
  test('is answered as before, though its effect has been undone since', async () => {
    const { handlers, store } = await processOver();
    const first = await handlers.session(ID, owned('bob'), cause('c'))();
    await handlers.session(ID, owned('eve'), cause('d'))();
    const again = await handlers.session(ID, owned('bob'), cause('c'))();
    expect(first).toMatchObject({ right: { revision: 1 } });
    expect(again).toMatchObject({ right: { revision: 1, events: [] } });
    expect(await typesIn(store)).toEqual(['SessionPlanned', 'OwnerAdded', 'OwnerAdded']);
  });

  test('so it is by a server that was started since', async () => {
    const { handlers, store, vault } = await processOver();
    await handlers.session(ID, owned('bob'), cause('c'))();
    const restarted = await processOver(store, vault);
    await restarted.handlers.session(ID, owned('bob'), cause('c'))();
    expect(await typesIn(store)).toEqual(['SessionPlanned', 'OwnerAdded']);
  });

  test('a process manager’s own causes are not commands: each of its doings is decided', async () => {
    const { handlers, store } = await processOver();
    for (const key of ['x', 'y']) {
      await handlers.session(ID, owned(key), {
        ...cause(key, 'process-manager:boot'),
        causationId: 'same',
      })();
    }
    expect(await typesIn(store)).toHaveLength(3);
  });
});

describe('what is said in a session whose key the vault does not have', () => {
  const said = (type: 'TurnSubmitted' | 'AppErrorSeen') => (): E.Either<never, readonly SessionEvent[]> =>
    E.right([
      type === 'TurnSubmitted'
        ? submitted('t', 'Hello')
        : {
            type,
            data: { fingerprint: 'f', source: 'page', sha: 's', message: 'Hello', detail: 'Hello' },
          },
    ]);
  const decided = (event: SessionEvent) => (): E.Either<never, readonly SessionEvent[]> => E.right([event]);

  test('is refused while nobody has asked to forget it: nothing is taken for said, and nothing lost', async () => {
    const { store } = await processOver();
    const { handlers } = await processOver(store, withoutKeys());
    for (const type of ['TurnSubmitted', 'AppErrorSeen'] as const)
      expect(await handlers.session(ID, said(type), cause(type))()).toMatchObject({
        left: { tag: 'VaultUnavailable', message: expect.stringContaining(ID) },
      });
    expect(await typesIn(store)).toEqual(['SessionPlanned']);
  });

  test('may be said again once the vault that belongs to the log is back', async () => {
    const { store, vault } = await processOver();
    let isBack = false;
    const lost = withoutKeys();
    const { handlers } = await processOver(store, {
      ...vault,
      dataKey: (sessionId) => (isBack ? vault : lost).dataKey(sessionId),
    });
    await handlers.session(ID, said('TurnSubmitted'), cause('c'))();
    isBack = true;
    expect(await handlers.session(ID, said('TurnSubmitted'), cause('c'))()).toMatchObject({
      right: { revision: 1, events: [{ type: 'TurnSubmitted' }] },
    });
  });

  test('is no reason to refuse what holds no word, nor to keep the session from being deleted', async () => {
    const { store } = await processOver();
    const { handlers } = await processOver(store, withoutKeys());
    await handlers.session(ID, owned('bob'), cause('c'))();
    await handlers.session(ID, decided(closeRequested), cause('d'))();
    expect(await typesIn(store)).toEqual(['SessionPlanned', 'OwnerAdded', 'CloseRequested']);
  });

  test.each([
    ['is being deleted', [closeRequested]],
    ['is closed', [closeRequested, closed]],
  ] as const)('is recorded as [erased] where it comes late and the session %s', async (_, ending) => {
    const { store, vault, handlers } = await processOver();
    for (const event of ending) await handlers.session(ID, decided(event), cause(event.type))();
    await vault.shred(ID)();
    expect(await handlers.session(ID, said('AppErrorSeen'), cause('late'))()).toMatchObject({
      right: { events: [{ type: 'AppErrorSeen' }] },
    });
    const events = await store.readStream(STREAM)();
    expect(E.isRight(events) && events.right.at(-1)?.data).toMatchObject({
      message: ERASED,
      detail: ERASED,
    });
  });
});

describe('an append of which nobody knows whether it was written', () => {
  /** A store whose next append is answered with `StoreUnavailable`, written or not. */
  const flaky = (isWritten: boolean) => {
    const memory = createMemoryEventStore();
    let isDue = false;
    const store: EventStore = {
      ...memory,
      append:
        (...args) =>
        async () => {
          const fails = isDue;
          isDue = false;
          if (!fails || isWritten) {
            const answer = await memory.append(...args)();
            if (!fails) return answer;
          }
          return E.left({ tag: 'StoreUnavailable', message: 'lost' } as const);
        },
    };
    return {
      store,
      failNext: () => {
        isDue = true;
      },
    };
  };

  test.each([
    ['had been written', true],
    ['had not been written', false],
  ])('is there once when it is tried again: it %s', async (_, isWritten) => {
    const { store, failNext } = flaky(isWritten);
    const { handlers } = await processOver(store);
    failNext();
    const byManager = cause('attempt|1', 'process-manager:turns');
    expect(await handlers.session(ID, owned('bob'), byManager)()).toMatchObject({
      left: { tag: 'StoreUnavailable' },
    });
    expect(await handlers.session(ID, owned('bob'), byManager)()).toMatchObject({
      right: { revision: 1, events: [{ type: 'OwnerAdded' }] },
    });
    expect(await typesIn(store)).toEqual(['SessionPlanned', 'OwnerAdded']);
  });

  test('stays in doubt when the disk is full at the next try', async () => {
    const { store, failNext } = flaky(true);
    let isFull = false;
    const filling: EventStore = {
      ...store,
      append: (...args) =>
        isFull ? async () => E.left({ tag: 'StoreFull', message: 'full' } as const) : store.append(...args),
    };
    const { handlers } = await processOver(filling);
    const byManager = cause('attempt|1', 'process-manager:turns');
    failNext();
    await handlers.session(ID, owned('bob'), byManager)();
    isFull = true;
    expect(await handlers.session(ID, owned('bob'), byManager)()).toMatchObject({
      left: { tag: 'StoreFull' },
    });
    isFull = false;
    expect(await handlers.session(ID, owned('bob'), byManager)()).toMatchObject({ right: { revision: 1 } });
    expect(await typesIn(store)).toEqual(['SessionPlanned', 'OwnerAdded']);
  });

  test('is decided again when somebody else came first', async () => {
    const { store, failNext } = flaky(false);
    const { handlers } = await processOver(store);
    failNext();
    await handlers.session(ID, submit('t'), cause('c'))();
    await handlers.session(ID, submit('t'), cause('d'))();
    expect(await handlers.session(ID, submit('t'), cause('c'))()).toMatchObject({ right: { events: [] } });
    expect(await typesIn(store)).toEqual(['SessionPlanned', 'TurnSubmitted']);
  });
});
