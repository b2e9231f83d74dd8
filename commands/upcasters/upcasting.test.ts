import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ERASED } from '../../domain/envelope.ts';
import { noSession } from '../../domain/session/state.ts';
import { right } from '../../domain/testing/outcome.ts';
import { encodeData } from '../event-codec.ts';
import { sessionFold } from '../handler.ts';
import { createJournal } from '../journal.ts';
import type { Json, NewEvent } from '../ports/event-store.ts';
import { createReader } from '../reader.ts';
import { createTestClock } from '../testing/clock.ts';
import { createMemoryEventStore } from '../testing/event-store.ts';
import { memoryCipher as cipher, createMemoryVault } from '../testing/vault.ts';
import type { Upcaster } from './upcaster.ts';
import { createUpcasting } from './upcasting.ts';

/** A past that never was: the commit's title was a `message`, and its files were a list of paths. */
const CHAIN: readonly Upcaster[] = [
  {
    type: 'TurnCommitted',
    from: 1,
    personal: ['message', 'files'],
    upcast: ({ message = '', files = [], ...rest }) => ({ ...rest, title: message, files }),
  },
  {
    type: 'TurnCommitted',
    from: 2,
    personal: ['title', 'files'],
    upcast: ({ files = [], ...rest }) => ({
      ...rest,
      changed: Array.isArray(files) ? files.map((path) => ({ path, status: 'modified' })) : files,
    }),
  },
  { type: 'EnvWritten', from: 1, upcast: ({ revision = 1, ...rest }) => ({ ...rest, version: revision }) },
];
const upcasting = createUpcasting(CHAIN, { TurnCommitted: 3, EnvWritten: 2, RepoInitialized: 1 });

const STREAM = 'session-s1';
const stored = (id: string, type: string, schema: number, data: Json): NewEvent => ({
  id,
  type,
  data,
  metadata: {
    causationId: 'c',
    correlationId: 'c',
    actor: 'process-manager:turns',
    at: '2026-01-01T00:00:00.000Z',
    schema,
    seal: '',
  },
});

const KEY = randomBytes(32);
const ciphered = (id: string, field: string, value: Json): Json =>
  cipher.encryptField(KEY, `${STREAM}|${id}|${field}`, value);

const commit = { turnId: 't1', attemptId: 'a1', sha: 'b', parent: 'a' };
const HISTORY: readonly NewEvent[] = [
  stored('e0', 'RepoInitialized', 1, { attemptId: 'a0', sha: 'a', branch: 'main' }),
  stored('e1', 'EnvWritten', 1, { attemptId: 'a0', revision: 4, names: [], digest: 'd', services: [] }),
  stored('e2', 'TurnCommitted', 1, {
    ...commit,
    message: ciphered('e2', 'message', 'Habits'),
    files: ciphered('e2', 'files', ['src/app.tsx']),
  }),
  stored('e3', 'TurnCommitted', 2, {
    ...commit,
    title: ciphered('e3', 'title', 'Streaks'),
    files: ciphered('e3', 'files', ['src/streak.tsx']),
  }),
  stored(
    'e4',
    'TurnCommitted',
    3,
    encodeData(cipher, KEY, {
      stream: STREAM,
      id: 'e4',
      type: 'TurnCommitted',
      data: { ...commit, title: 'Colours', changed: [{ path: 'src/app.css', status: 'added' }] },
    }),
  ),
];

const logOf = async (events: readonly NewEvent[]) => {
  const store = createMemoryEventStore();
  await store.append(STREAM, -1, events)();
  const vault = {
    ...createMemoryVault(),
    dataKey: () => async () => ({ _tag: 'Right', right: KEY }) as const,
  };
  return { store, vault };
};

const readBack = async (forgotten = false) => {
  const { store, vault } = await logOf(HISTORY);
  const gone = { ...vault, dataKey: () => async () => ({ _tag: 'Right', right: undefined }) as const };
  const reader = createReader({ store, vault: forgotten ? gone : vault, cipher, upcasting });
  return right(reader.session('s1'));
};

describe('a history written by three releases', () => {
  test('reads as if the newest had written all of it', async () => {
    const events = await readBack();
    expect(events.map(({ metadata }) => metadata.schema)).toEqual([1, 2, 3, 3, 3]);
    expect(events.map(({ data }) => data).slice(1)).toEqual([
      { attemptId: 'a0', version: 4, names: [], digest: 'd', services: [] },
      { ...commit, title: 'Habits', changed: [{ path: 'src/app.tsx', status: 'modified' }] },
      { ...commit, title: 'Streaks', changed: [{ path: 'src/streak.tsx', status: 'modified' }] },
      { ...commit, title: 'Colours', changed: [{ path: 'src/app.css', status: 'added' }] },
    ]);
  });

  test('reads [erased] under its newest names once its session is forgotten', async () => {
    for (const { data } of (await readBack(true)).slice(2))
      expect(data).toEqual({ ...commit, title: ERASED, changed: ERASED });
  });

  test('folds on the write side, where its words are cipher text', async () => {
    const deps = await logOf(HISTORY);
    const journal = createJournal({ ...deps, cipher, clock: createTestClock(1), upcasting });
    const loaded = await journal.load(STREAM, {
      ...sessionFold,
      initial: { ...noSession, status: 'open' },
    })();
    expect(loaded).toMatchObject({
      right: { revision: 4, state: { env: { version: 4 }, history: { at: 'b', parentOf: { b: 'a' } } } },
    });
  });
});

describe('what a later release wrote', () => {
  const later = stored('e0', 'TurnCommitted', 9, { everything: 'changed' });

  test('is not taken for what we know', () => {
    const event = { ...later, stream: STREAM, revision: 0, position: '1' };
    expect(upcasting.upcast(event).type).toBe('TurnCommitted@9');
  });

  test.each([later, stored('e0', 'MindRead', 1, {})])('$type: nothing is decided on it', async (event) => {
    const journal = createJournal({
      ...(await logOf([event])),
      cipher,
      clock: createTestClock(1),
      upcasting,
    });
    const loaded = await journal.load(STREAM, sessionFold)();
    expect(loaded).toMatchObject({ left: { message: expect.stringContaining(event.type) } });
  });
});

describe('a chain of upcasters', () => {
  const step = (from: number): Upcaster => ({ type: 'EnvWritten', from, upcast: (data) => data });

  test('with a step missing is refused', () => {
    expect(() => createUpcasting([step(2)], { EnvWritten: 3 })).toThrow('EnvWritten from schema 1');
  });
  test('with two steps from one version is refused', () => {
    expect(() => createUpcasting([step(1), step(1)], { EnvWritten: 2 })).toThrow('same version');
  });
  test('that leads further than anything reads is refused', () => {
    expect(() => createUpcasting([step(1)], { EnvWritten: 1 })).toThrow('schema 2');
  });
});
