import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ViewsUnavailable } from '../../projections/views-unavailable.ts';
import {
  createFakeApplication,
  type FakeApplication,
  type FakeSession,
} from '../testing/fake-application.ts';
import { type Client, connect, holderOf } from './testing.ts';

let app: FakeApplication;
let session: FakeSession;
let client: Client;

beforeEach(() => {
  app = createFakeApplication();
  session = app.addSession('ada');
  client = connect(app, holderOf(session));
});
afterEach(() => client.connection.end());

const append = (count: number, data: unknown = {}): void => {
  for (let i = 0; i < count; i += 1) app.append(session.sessionId, 'AgentSaid', data);
};
const subscribe = (cursor: { epoch?: string; from?: number } = {}) => {
  client.send({ type: 'sub', session: session.sessionId, ...cursor });
  return client.readAll();
};
const greet = async (): Promise<void> => {
  client.hello();
  await client.readAll();
};

describe('a connection', () => {
  test('is welcomed for its ticket', async () => {
    client.hello();
    expect(await client.readAll()).toEqual([{ type: 'welcome', epoch: 'epoch-1', heartbeatMs: 15_000 }]);
  });

  test.each([
    ['a ticket nobody issued', [{ type: 'hello', ticket: 'made up' }], 4401],
    ['anything before hello', [{ type: 'unsub', session: 'x' }], 4400],
    ['what is no JSON', ['{'], 4400],
    ['a frame nobody knows', [{ type: 'shout' }], 4400],
    ['a frame with something extra', [{ type: 'hello', ticket: 't', admin: true }], 4400],
    ['a position that is none', [{ type: 'sub', session: 'x', from: -2 }], 4400],
  ])('is closed over %s', async (_what, frames, code) => {
    for (const frame of frames) {
      client.connection.receive(typeof frame === 'string' ? frame : JSON.stringify(frame));
    }
    await client.readAll();
    expect(client.closed.map((close) => close.code)).toEqual([code]);
  });

  test('is closed over a second hello', async () => {
    await greet();
    client.hello();
    await client.readAll();
    expect(client.closed).toEqual([{ code: 4400, reason: 'one hello, and that first' }]);
  });

  test('is closed when it says nothing for five seconds', () => {
    vi.useFakeTimers();
    const silent = connect(app, holderOf(session));
    vi.advanceTimersByTime(4_999);
    expect(silent.closed).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(silent.closed).toEqual([{ code: 4401, reason: 'no hello' }]);
    vi.useRealTimers();
  });

  test('is closed when it sends more frames than a page has reason to', async () => {
    await greet();
    for (let i = 0; i < 200; i += 1) client.send({ type: 'unsub', session: 'x' });
    expect(client.closed).toEqual([{ code: 1008, reason: 'too many frames' }]);
  });
});

describe('a subscription', () => {
  beforeEach(greet);

  test('without a position starts with a snapshot, and goes on from there', async () => {
    append(3);
    expect(await subscribe()).toEqual([
      expect.objectContaining({ type: 'reset', reason: 'first', pos: 2, epoch: 'epoch-1' }),
    ]);
    append(1);
    expect(await client.readAll()).toEqual([
      expect.objectContaining({ type: 'event', prev: 2, event: expect.objectContaining({ pos: 3 }) }),
    ]);
  });

  test('from a position gets what came after it', async () => {
    append(5);
    const frames = await subscribe({ epoch: 'epoch-1', from: 1 });
    expect(frames).toEqual([
      expect.objectContaining({
        type: 'events',
        events: [2, 3, 4].map((pos) => expect.objectContaining({ pos })),
      }),
      { type: 'caughtUp', session: session.sessionId, pos: 4 },
    ]);
  });

  test('from the last position only learns that there is nothing new', async () => {
    append(5);
    expect(await subscribe({ epoch: 'epoch-1', from: 4 })).toEqual([
      { type: 'caughtUp', session: session.sessionId, pos: 4 },
    ]);
  });

  test.each([
    ['of another epoch', { epoch: 'epoch-0', from: 3 }, 'epoch'],
    ['ahead of the log', { epoch: 'epoch-1', from: 5_000 }, 'ahead'],
    ['more than a thousand events behind', { epoch: 'epoch-1', from: 3 }, 'too_far'],
    ['without an epoch', { from: 3 }, 'first'],
  ])('from a position %s starts over', async (_where, cursor, reason) => {
    append(1_005);
    expect(await subscribe(cursor)).toEqual([expect.objectContaining({ type: 'reset', reason, pos: 1_004 })]);
  });

  test('goes on from its position also where this server has just started and heard of nothing yet', async () => {
    append(5);
    Object.assign(app.live, { head: () => -1 });
    const frames = await subscribe({ epoch: 'epoch-1', from: 1 });
    expect(frames.map(({ type }) => type)).toEqual(['events', 'caughtUp']);
    expect(frames.at(-1)).toMatchObject({ pos: 4 });
  });

  test('exactly a thousand events behind still resumes', async () => {
    append(1_005);
    const frames = await subscribe({ epoch: 'epoch-1', from: 4 });
    expect(frames.flatMap((frame) => (frame.type === 'events' ? frame.events : []))).toHaveLength(1_000);
    expect(frames.at(-1)).toEqual({ type: 'caughtUp', session: session.sessionId, pos: 1_004 });
  });

  test('more than a megabyte behind starts over', async () => {
    append(20, { output: 'x'.repeat(100_000) });
    const frames = await subscribe({ epoch: 'epoch-1', from: 1 });
    expect(frames).toEqual([expect.objectContaining({ type: 'reset', reason: 'too_far', pos: 19 })]);
  });

  test('gets its snapshot from one revision, where one read model is ahead of the other', async () => {
    append(4);
    const transcript = await app.transcript(session.sessionId);
    Object.assign(app, { transcript: async () => ({ ...transcript, revision: 1 }) });
    const frames = await subscribe();
    expect(frames[0]).toMatchObject({
      type: 'reset',
      pos: 1,
      view: { revision: 1 },
      transcript: { revision: 1 },
    });
    expect(frames.slice(1)).toEqual([
      expect.objectContaining({
        type: 'events',
        events: [2, 3].map((pos) => expect.objectContaining({ pos })),
      }),
      { type: 'caughtUp', session: session.sessionId, pos: 3 },
    ]);
  });

  test('of somebody else’s session is the same as of none', async () => {
    const foreign = app.addSession('bob', session.sessionKey);
    client.send({ type: 'sub', session: foreign.sessionId });
    const [refused] = await client.readAll();
    expect(refused).toMatchObject({ type: 'error', code: 'session_not_found', session: foreign.sessionId });
    expect(client.closed.map(({ code }) => code)).toEqual([4404]);
  });

  test('with another browser’s key is refused', async () => {
    const keyless = connect(app, { uid: 'ada' });
    keyless.hello();
    keyless.send({ type: 'sub', session: session.sessionId });
    expect(await keyless.readAll()).toContainEqual(
      expect.objectContaining({ type: 'error', code: 'session_key_wrong' }),
    );
    keyless.connection.end();
  });

  test('ends with the session, after its last event', async () => {
    append(1);
    await subscribe();
    const unsee = app.live.onEvent(session.sessionId, () => app.forget(session.sessionId));
    app.append(session.sessionId, 'SessionForgotten');
    unsee();
    expect(await client.readAll()).toEqual([
      expect.objectContaining({
        type: 'event',
        event: expect.objectContaining({ type: 'SessionForgotten' }),
      }),
      expect.objectContaining({ type: 'error', code: 'session_not_found' }),
    ]);
    expect(client.closed.map(({ code }) => code)).toEqual([4404]);
  });

  test('ends at the next heartbeat once the right to it is gone', async () => {
    append(1);
    await subscribe();
    app.forget(session.sessionId);
    client.connection.beat();
    expect(await client.readAll()).toContainEqual(expect.objectContaining({ code: 'session_not_found' }));
  });

  test('that was taken back hears nothing more', async () => {
    append(1);
    await subscribe();
    client.send({ type: 'unsub', session: session.sessionId });
    await client.readAll();
    append(1);
    expect(await client.readAll()).toEqual([]);
  });

  test('is told at every heartbeat where the session is', async () => {
    append(3);
    await subscribe();
    client.connection.beat();
    expect(await client.readAll()).toEqual([{ type: 'heartbeat', heads: { [session.sessionId]: 2 } }]);
  });

  test('goes back to the log over an event that does not follow', async () => {
    append(1);
    await subscribe();
    // Announced without the ones before it: an instance that lost some on the way.
    session.log.append();
    session.log.append();
    const third = session.log.append();
    session.log.announceOnly(third);
    expect(await client.readAll()).toEqual([
      expect.objectContaining({
        type: 'events',
        events: [1, 2].map((pos) => expect.objectContaining({ pos })),
      }),
      expect.objectContaining({ type: 'events', events: [expect.objectContaining({ pos: 3 })] }),
      { type: 'caughtUp', session: session.sessionId, pos: 3 },
    ]);
  });

  test('sends the client away to come back when the log cannot be read', async () => {
    append(5);
    app.failing = { tag: 'Unavailable', code: 'store_unavailable', message: 'away' };
    expect(await subscribe({ epoch: 'epoch-1', from: 1 })).toEqual([
      expect.objectContaining({ type: 'error', code: 'store_unavailable' }),
    ]);
    expect(client.closed.map(({ code }) => code)).toEqual([1013]);
  });

  test.each(['access', 'sessionView', 'transcript'] as const)(
    'sends the client away to come back, and says of nothing that it is gone, while %s cannot be told',
    async (read) => {
      Object.assign(app, { [read]: () => Promise.reject(new ViewsUnavailable('no table serves yet')) });
      const frames = await subscribe();
      expect(frames).not.toContainEqual(expect.objectContaining({ code: 'session_not_found' }));
      expect(client.closed.map(({ code }) => code)).toEqual([1013]);
    },
  );
});

describe('a slow reader', () => {
  const text = { turnId: 't', attemptId: 'a', kind: 'message', text: 'x'.repeat(1_000) } as const;
  beforeEach(async () => {
    await greet();
    append(1);
    await subscribe();
  });

  test('is sent away at a megabyte of backlog, and comes back without a gap', async () => {
    for (let i = 0; client.closed.length === 0 && i < 2_000; i += 1)
      append(1, { output: 'x'.repeat(10_000) });
    expect(client.closed.map(({ code }) => code)).toEqual([4308]);
    const backlog = client.unread.reduce((sum, { text: frame }) => sum + frame.length, 0);
    expect(backlog).toBeGreaterThan(1024 * 1024);
    expect(backlog).toBeLessThan(1024 * 1024 + 2 * 10_200);
  });

  test('misses half-said words first, and nothing that was said', async () => {
    for (let i = 0; i < 500; i += 1) app.say(session.sessionId, text);
    append(1);
    const frames = await client.readAll();
    const volatile = frames.filter(({ type }) => type === 'volatile').length;
    expect(volatile).toBeGreaterThan(30);
    expect(volatile).toBeLessThan(100);
    expect(frames.at(-1)).toMatchObject({ type: 'event', event: { pos: 1 } });
    app.say(session.sessionId, text);
    expect(await client.readAll()).toEqual([expect.objectContaining({ type: 'volatile', ...text })]);
  });

  test('is caught up no faster than it reads', async () => {
    client.send({ type: 'unsub', session: session.sessionId });
    await client.connection.idle();
    append(900, { output: 'x'.repeat(1_000) });
    client.send({ type: 'sub', session: session.sessionId, epoch: 'epoch-1', from: 0 });
    await client.connection.idle();
    await new Promise((resolve) => setImmediate(resolve));
    expect(client.unread.reduce((sum, { text: frame }) => sum + frame.length, 0)).toBeLessThan(300_000);
    const frames = await client.readAll();
    expect(frames.at(-1)).toEqual({ type: 'caughtUp', session: session.sessionId, pos: 900 });
    expect(client.closed).toEqual([]);
  });
});
