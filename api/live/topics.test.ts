import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TOPICS, type TopicFrame } from '../../projections/live.ts';
import {
  createFakeApplication,
  type FakeApplication,
  type FakeSession,
} from '../testing/fake-application.ts';
import { OPS, POOL, PROJECTION } from '../testing/views.ts';
import { type Client, connect, holderOf } from './testing.ts';
import { createTopics } from './topics.ts';

const FIRST = { pool: POOL, ops: OPS, projections: [PROJECTION] } as const;
let app: FakeApplication;
let session: FakeSession;
const clients: Client[] = [];

beforeEach(() => {
  app = createFakeApplication();
  session = app.addSession('ada');
});
afterEach(() => {
  for (const { connection } of clients.splice(0)) connection.end();
});

const connected = async (holder: Parameters<typeof connect>[1]) => {
  const client = connect(app, holder);
  clients.push(client);
  client.hello();
  await client.readAll();
  return client;
};
const operator = () => connected({ operator: { by: 'token' } });
const signedIn = async () => {
  const client = await connected({ operator: { by: 'cookie', id: 'sign-in', until: Date.now() + 60_000 } });
  return { client, signOut: () => client.operators.signOut({ id: 'sign-in', until: Date.now() + 60_000 }) };
};
const soon = () => new Promise((resolve) => setTimeout(resolve, 30));

describe.each(TOPICS)('the topic %s', (topic) => {
  const frame = { type: 'topic', topic, data: FIRST[topic] } as TopicFrame;

  test('is given to an operator, whole and at once', async () => {
    const client = await operator();
    client.send({ type: 'sub', topic });
    expect(await client.readAll()).toEqual([frame]);
  });

  test('is given to an operator who has signed in', async () => {
    const { client } = await signedIn();
    client.send({ type: 'sub', topic });
    expect(await client.readAll()).toEqual([frame]);
  });

  test('is not given to a visitor, who is sent away', async () => {
    const client = await connected(holderOf(session));
    client.send({ type: 'sub', topic });
    expect(await client.readAll()).toEqual([
      { type: 'error', code: 'operator_required', message: expect.any(String), topic },
    ]);
    expect(client.closed).toEqual([{ code: 4403, reason: 'operator_required' }]);
  });

  test('is given to nobody who has not said hello', async () => {
    const client = connect(app, { operator: { by: 'token' } });
    clients.push(client);
    client.send({ type: 'sub', topic });
    expect(await client.readAll()).toEqual([]);
    expect(client.closed.map(({ code }) => code)).toEqual([4400]);
  });

  test('is no longer given to an operator who has signed out', async () => {
    const { client, signOut } = await signedIn();
    client.send({ type: 'sub', topic });
    await client.readAll();
    signOut();
    client.connection.beat();
    expect(await client.readAll()).toEqual([]);
    expect(client.closed).toEqual([{ code: 4401, reason: 'the operator has signed out' }]);
  });
});

describe('an operator', () => {
  test('has no sessions of its own to watch', async () => {
    const client = await operator();
    client.send({ type: 'sub', session: session.sessionId });
    expect(await client.readAll()).toEqual([
      { type: 'error', code: 'visitor_required', message: expect.any(String), session: session.sessionId },
    ]);
  });

  test('is told of a topic nobody knows', async () => {
    const client = await operator();
    client.connection.receive('{"type":"sub","topic":"secrets"}');
    await client.readAll();
    expect(client.closed.map(({ code }) => code)).toEqual([4400]);
  });
});

describe('a topic', () => {
  /** A pool that can be changed, and how often it was looked at. */
  const changing = (chars = 10) => {
    let target = 1;
    let looks = 0;
    const pool = async () => {
      looks += 1;
      return { ...POOL, specHash: 'x'.repeat(chars), target };
    };
    app = { ...app, pool } as FakeApplication;
    const set = (to: number): void => {
      target = to;
    };
    return { set, looks: () => looks };
  };
  const targets = (frames: readonly unknown[]) =>
    (frames as readonly TopicFrame[]).map(({ data }) => (data as typeof POOL).target);

  test('is sent again when it has changed, and only then', async () => {
    const { set } = changing();
    const client = await operator();
    client.send({ type: 'sub', topic: 'pool' });
    await client.readAll();
    await soon();
    expect(await client.readAll()).toEqual([]);
    set(2);
    await soon();
    expect(targets(await client.readAll())).toEqual([2]);
  });

  test('is not sent to who has had enough of it', async () => {
    const { set } = changing();
    const client = await operator();
    client.send({ type: 'sub', topic: 'pool' });
    await client.readAll();
    client.send({ type: 'unsub', topic: 'pool' });
    await client.readAll();
    set(2);
    await soon();
    expect(await client.readAll()).toEqual([]);
  });

  test('gives who is slow the newest when there is room again, and none of what was between', async () => {
    const { set } = changing(70_000);
    const client = await operator();
    client.send({ type: 'sub', topic: 'pool' });
    for (const target of [1, 2, 3, 4]) {
      set(target);
      await soon();
    }
    const frames = await client.readAll();
    await soon();
    expect(targets([...frames, ...(await client.readAll())])).toEqual([1, 4]);
  });

  test('is looked at once for all who watch it, and not at all while nobody does', async () => {
    const { looks } = changing();
    const topics = createTopics(app, () => undefined, 5);
    const seen: string[][] = [[], [], []];
    const stops = seen.map((frames) => topics.watch('pool', (text) => frames.push(text) > 0));
    await soon();
    expect(seen.map((frames) => frames.length)).toEqual([1, 1, 1]);
    for (const stop of stops) stop();
    await soon();
    const before = looks();
    await soon();
    expect(looks()).toBe(before);
  });

  test('goes on after the views could not be read', async () => {
    let fails = true;
    const errors: unknown[] = [];
    const topics = createTopics(
      { ...app, pool: async () => (fails ? Promise.reject(new Error('the disk is gone')) : POOL) },
      (error) => errors.push(error),
      5,
    );
    const frames: string[] = [];
    const stop = topics.watch('pool', (text) => frames.push(text) > 0);
    await soon();
    fails = false;
    await soon();
    stop();
    expect(errors.length).toBeGreaterThan(0);
    expect(frames).toHaveLength(1);
  });

  test('is looked at four times a second', async () => {
    vi.useFakeTimers();
    const { looks } = changing();
    const stop = createTopics(app, () => undefined).watch('pool', () => true);
    await vi.advanceTimersByTimeAsync(1_000);
    stop();
    vi.useRealTimers();
    expect(looks()).toBe(5);
  });
});
