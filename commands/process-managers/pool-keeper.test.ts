import { right } from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { rightOf } from '../../domain/testing/outcome.ts';
import { createFakeProvider, OUTAGE, REFUSED } from '../testing/providers.ts';
import { isReady } from '../testing/visits.ts';
import {
  createTestWorld,
  inACloud,
  liveResources,
  NOTHING,
  ONE_OF_EACH,
  SPEC,
  startTestServer,
  type TestWorld,
} from '../testing/world.ts';
import { causedBy } from './context.ts';

describe('the pool', () => {
  test('is filled to its target, topped up after a claim, and emptied of what is too old', async () => {
    const world = createTestWorld();
    const server = startTestServer(world, { poolTarget: 2 });
    const ready = () => [...server.context.directory.sessions()].filter(isReady);
    await world.time.until(() => ready().length === 2);

    const created = await world.time.during(
      server.create({ commandId: 'c', owner: 'ann', residentialIp: false })(),
    );
    expect(created).toMatchObject({ _tag: 'Right', right: { source: 'pool' } });
    await world.time.until(() => ready().length === 3);
    const entries = server.context.directory.pool('spec-one').entries;
    expect(entries).toHaveLength(2);

    await world.time.pass(46 * 60_000);
    const fresh = server.context.directory.pool('spec-one').entries;
    expect(fresh.filter((entry) => entries.includes(entry))).toEqual([]);
    expect(fresh).toHaveLength(2);
    expect(entries.map((entry) => server.session(entry)?.status)).toEqual(['forgotten', 'forgotten']);
  });

  test('keeps no entry that was decided for the spec before and never planned', async () => {
    const world = createTestWorld();
    const before = startTestServer(world);
    const decided = { type: 'PrewarmPlanned', data: { sessionId: 'abcdefghijklmnopqrst' } } as const;
    const cause = causedBy('pool-keeper', 'decided');
    await world.time.during(before.context.handlers.pool(SPEC, () => right([decided]), cause)());
    before.crash();

    const after = startTestServer(world, { specHash: 'spec-two', poolTarget: 1 });
    await world.time.pass(60_000);
    expect(after.context.directory.pool(SPEC).entries).toEqual([]);
    const open = [...after.context.directory.sessions()].filter(({ status }) => status === 'open');
    expect(open.map(({ specHash }) => specHash)).toEqual(['spec-two']);
  });

  test('two servers that differ keep a pool each, and leave the other’s alone', async () => {
    const world = inACloud(createTestWorld());
    const old = startTestServer(world, { exclusive: false, specHash: 'spec-old', poolTarget: 1 });
    await world.time.until(() => [...old.context.directory.sessions()].some(isReady));
    const resend = createFakeProvider('resend', () => Promise.resolve(), 'another');
    const other = { ...world, providers: { ...world.providers, resend } };
    const young = startTestServer(other, { exclusive: false, specHash: 'spec-new', poolTarget: 1 });
    await world.time.pass(10 * 60_000);

    const sessions = [...young.context.directory.sessions()];
    expect(sessions.map(({ specHash }) => specHash)).toEqual(['spec-old', 'spec-new']);
    expect(sessions.map(isReady)).toEqual([true, true]);
    expect(sessions.map(({ provisioned }) => provisioned.resend?.provider)).toEqual(['embedded', 'another']);
    expect(world.providers.neon.made()).toBe(2);
  });

  test('what a server of another spec has left behind ends once it is too old to be given to anybody', async () => {
    const world = inACloud(createTestWorld());
    const old = startTestServer(world, { exclusive: false, specHash: 'spec-old', poolTarget: 1 });
    const young = startTestServer(world, { exclusive: false, specHash: 'spec-new' });
    await world.time.until(() => [...old.context.directory.sessions()].some(isReady));
    old.crash();
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
    await world.time.pass(46 * 60_000);
    expect(liveResources(world)).toEqual(NOTHING);
    expect(young.context.directory.pool('spec-old').entries).toEqual([]);
  });

  test('what a server of another spec had begun is not made by one that would make it otherwise', async () => {
    const world = inACloud(createTestWorld());
    const old = startTestServer(world, { exclusive: false, specHash: 'spec-old', poolTarget: 1 });
    await world.time.until(() => [...old.context.directory.sessions()].length === 1);
    old.crash();
    startTestServer(world, { exclusive: false, specHash: 'spec-new' });
    await world.time.pass(10 * 60_000);
    expect(world.sandboxes.names()).toEqual([]);
  });

  test('an outage that is over in a minute leaves no session without a database', async () => {
    const world = createTestWorld();
    world.providers.neon.down(OUTAGE);
    const server = startTestServer(world, { poolTarget: 2 });
    await world.time.pass(60_000);
    const entries = () => [...server.context.directory.sessions()];
    expect(entries().map(({ env }) => env?.services.includes('neon'))).toEqual([false, false]);

    world.providers.neon.down(undefined);
    await world.time.pass(3 * 60_000);
    expect(entries().map(({ env }) => env?.services.includes('neon'))).toEqual([true, true]);
    expect(world.providers.neon.made()).toBe(2);
  });

  test('a session that lacks nothing is given away before an older one that does', async () => {
    const world = createTestWorld();
    const server = startTestServer(world, { poolTarget: 2, poolBootConcurrency: 1 });
    world.github.next(REFUSED);
    await world.time.until(() => [...server.context.directory.sessions()].filter(isReady).length === 2);
    const whole = [...server.context.directory.sessions()].find(({ env }) => env?.services.length === 4);
    const created = rightOf(
      await world.time.during(server.create({ commandId: 'c', owner: 'ann', residentialIp: false })()),
    );
    expect(created.sessionId).toBe(whole?.sessionId);
  });

  /** Of a server that hears of everything a second late, and takes five to write down that a sandbox has booted. */
  const slow = (world: TestWorld): TestWorld => ({
    ...world,
    sandboxes: {
      ...world.sandboxes,
      boot: (request) => async () => {
        await world.time.sleep(400);
        return world.sandboxes.boot(request)();
      },
    },
    store: {
      ...world.store,
      append: (stream, expected, events) => async () => {
        if (events.some(({ type }) => type === 'SandboxBooted')) await world.time.sleep(5_000);
        return world.store.append(stream, expected, events)();
      },
      subscribeAll: async function* (options) {
        for await (const batch of world.store.subscribeAll(options)) {
          await world.time.sleep(1_000);
          yield batch;
        }
      },
    },
  });

  test('boots one after another also where a server asks for a boot that has ended, and for something else', async () => {
    const world = createTestWorld({ latencyMs: 20 });
    world.github.next(OUTAGE);
    const server = startTestServer(slow(world), { poolTarget: 2, poolBootConcurrency: 1 });
    await world.time.pass(120_000);
    expect([...server.context.directory.sessions()].map(isReady)).toEqual([true, true]);
  });
});
