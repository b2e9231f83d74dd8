import { describe, expect, test } from 'vitest';
import { resourceName } from '../../domain/services.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { isReady } from '../testing/visits.ts';
import {
  createTestWorld,
  factsOf,
  liveResources,
  startTestServer,
  type TestServer,
} from '../testing/world.ts';
import type { Created, CreateSession } from './create-session.ts';

/** A server whose pool holds so many sessions that are ready. */
const warmed = async (poolTarget: number) => {
  const world = createTestWorld();
  const server = startTestServer(world, { poolTarget, poolBootConcurrency: 50 });
  await world.time.until(() => warmIn(server).length === poolTarget);
  return { world, server };
};

const warmIn = (server: TestServer) =>
  [...server.context.directory.sessions()].filter(
    (state) => isReady(state) && state.claim === undefined && state.status === 'open',
  );

const command = (commandId: string, change: Partial<CreateSession> = {}): CreateSession => ({
  commandId,
  owner: `owner-of-${commandId}`,
  residentialIp: false,
  ...change,
});

type Visitor = Awaited<ReturnType<typeof warmed>>;

const create = async ({ world, server }: Visitor, request: CreateSession): Promise<Created> =>
  rightOf(await world.time.during(server.create(request)()));

describe('a visitor’s session', () => {
  test('is a warm one, where the pool has one: theirs, prompted, and never given again', async () => {
    const visitor = await warmed(1);
    const [entry] = warmIn(visitor.server);
    const created = await create(visitor, command('c', { prompt: 'A habit tracker' }));
    expect(created).toMatchObject({ sessionId: entry?.sessionId, slug: entry?.slug, source: 'pool' });

    await visitor.world.time.until(() => visitor.world.agent.prompts().length > 0);
    expect(visitor.world.agent.prompts()).toEqual(['A habit tracker']);
    expect(await create(visitor, command('d'))).toMatchObject({ source: 'cold' });
  });

  test('is planned at once where the pool is empty', async () => {
    const visitor = await warmed(0);
    const created = await create(visitor, command('c', { prompt: 'Hello' }));
    expect(created).toMatchObject({ source: 'cold', revision: 2 });
    await visitor.world.time.until(() => isReady(visitor.server.session(created.sessionId)));
  });

  test('with an address of its own is never taken from the pool', async () => {
    const visitor = await warmed(1);
    expect(await create(visitor, command('c', { residentialIp: true }))).toMatchObject({ source: 'cold' });
  });

  test('has a key that its id and slug say nothing about, and that the log does not hold', async () => {
    const visitor = await warmed(0);
    const created = await create(visitor, command('c'));
    expect(created.sessionKey).toMatch(/^[\w-]{43}$/);
    const claims = await factsOf(visitor.world, created.sessionId, 'SandboxClaimed');
    expect(JSON.stringify(claims)).not.toContain(created.sessionKey);
  });

  test('keeps the key a visitor already has', async () => {
    const visitor = await warmed(0);
    expect(await create(visitor, command('c', { sessionKey: 'mine' }))).toMatchObject({ sessionKey: 'mine' });
  });

  test.each([
    ['empty', ''],
    ['blank', '   '],
    ['too long', 'x'.repeat(8_001)],
  ])('is not made for a prompt that is %s', async (_, prompt) => {
    const { world, server } = await warmed(0);
    const refused = await world.time.during(server.create(command('c', { prompt }))());
    expect(refused).toMatchObject({ left: { tag: 'Refused' } });
    expect([...server.context.directory.sessions()]).toEqual([]);
  });
});

describe('an entry that does not answer', () => {
  test.each([
    ['has stopped', (name: string, { world }: Visitor) => world.sandboxes.exits(name)],
    ['is frozen', (name: string, { world }: Visitor) => world.sandboxes.freezes(name)],
  ])('because it %s is discarded, and the next one serves', async (_, breaks) => {
    const visitor = await warmed(2);
    const [first, second] = warmIn(visitor.server);
    breaks(resourceName(first?.slug ?? ''), visitor);
    const created = await create(visitor, command('c'));
    expect(created).toMatchObject({ sessionId: second?.sessionId, source: 'pool' });
    expect(visitor.server.session(first?.sessionId ?? '')?.status).not.toBe('open');
    const dead = resourceName(first?.slug ?? '');
    await visitor.world.time.until(() => !visitor.world.sandboxes.names().includes(dead));
  });

  test('leaves a visitor with a cold start when it was the last', async () => {
    const visitor = await warmed(1);
    visitor.world.sandboxes.freezes(resourceName(warmIn(visitor.server)[0]?.slug ?? ''));
    expect(await create(visitor, command('c'))).toMatchObject({ source: 'cold' });
  });
});

describe('a command that is repeated', () => {
  test.each([
    ['a warm session', 1, 'pool'],
    ['a cold one', 0, 'cold'],
  ])('answers with the same session and the same key: %s', async (_, target, source) => {
    const visitor = await warmed(target);
    const request = command('c', { prompt: 'Hello' });
    const first = await create(visitor, request);
    const again = await create(visitor, request);
    expect(first.source).toBe(source);
    const { sessionId, slug, sessionKey } = first;
    expect(again).toMatchObject({ sessionId, slug, sessionKey, source });
    expect(await factsOf(visitor.world, first.sessionId, 'TurnSubmitted')).toHaveLength(1);
  });

  test('so it does when both are under way at once', async () => {
    const visitor = await warmed(2);
    const [one, two] = await Promise.all([create(visitor, command('c')), create(visitor, command('c'))]);
    expect(one.sessionId).toBe(two.sessionId);
    expect(warmIn(visitor.server)).toHaveLength(1);
  });

  test('so it does by a server that was started since, and submits what was not submitted before', async () => {
    const visitor = await warmed(2);
    const first = await create(visitor, command('c'));
    visitor.server.crash();
    const server = startTestServer(visitor.world, { poolTarget: 2 });
    await visitor.world.time.until(() => server.session(first.sessionId) !== undefined);
    const again = await create({ ...visitor, server }, command('c', { prompt: 'Hello' }));
    expect(again).toMatchObject({ sessionId: first.sessionId, sessionKey: first.sessionKey, source: 'pool' });
    expect(await factsOf(visitor.world, first.sessionId, 'TurnSubmitted')).toHaveLength(1);
  });

  test('is somebody else’s when somebody else sends it', async () => {
    const visitor = await warmed(0);
    const [ann, bob] = [
      await create(visitor, command('c', { owner: 'ann' })),
      await create(visitor, command('c', { owner: 'bob' })),
    ];
    expect(ann.sessionId).not.toBe(bob.sessionId);
    expect(ann.sessionKey).not.toBe(bob.sessionKey);
  });
});

describe('many visitors at once', () => {
  test('two over a pool of one: one warm, one cold, never one session for both', async () => {
    const visitor = await warmed(1);
    const both = await Promise.all([create(visitor, command('a')), create(visitor, command('b'))]);
    expect(both.map(({ source }) => source).toSorted()).toEqual(['cold', 'pool']);
    expect(new Set(both.map(({ sessionId }) => sessionId)).size).toBe(2);
  });

  test('two hundred over twenty: twenty warm, none doubled', async () => {
    const visitor = await warmed(20);
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, index) => create(visitor, command(`c-${index}`))),
    );
    expect(all.filter(({ source }) => source === 'pool')).toHaveLength(20);
    expect(new Set(all.map(({ sessionId }) => sessionId)).size).toBe(200);
    for (const { sessionId } of all)
      expect(await factsOf(visitor.world, sessionId, 'SandboxClaimed')).toHaveLength(1);
  });

  test('over two servers that share a pool, none is doubled either', async () => {
    const world = createTestWorld();
    const shared = { poolTarget: 5, poolBootConcurrency: 50, exclusive: false };
    const servers = [startTestServer(world, shared), startTestServer(world, shared)];
    await world.time.until(() => servers.every((server) => warmIn(server).length === 5));
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const server = servers[index % 2];
        return server === undefined ? undefined : create({ world, server }, command(`c-${index}`));
      }),
    );
    expect(new Set(all.map((created) => created?.sessionId)).size).toBe(40);
    expect(all.filter((created) => created?.source === 'pool')).toHaveLength(5);
    expect(liveResources(world).sandbox).toBeGreaterThan(0);
  });
});
