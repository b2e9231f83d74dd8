import { left, right } from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { LEFT_TO_HOLDER_MS } from '../../domain/pool/keeper.ts';
import { SERVICES } from '../../domain/services.ts';
import { POOL_MAX_AGE_MS } from '../../domain/session/decide/claim.ts';
import { stepOf } from '../../domain/session/state.ts';
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
import { createPoolKeeper } from './pool-keeper.ts';

describe('the pool', () => {
  test('is filled to its target, and topped up after a claim', async () => {
    const world = createTestWorld();
    const server = startTestServer(world, { poolTarget: 2 });
    const ready = () => [...server.context.directory.sessions()].filter(isReady);
    await world.time.until(() => ready().length === 2);

    const created = await world.time.during(
      server.create({ commandId: 'c', owner: 'ann', residentialIp: false })(),
    );
    expect(created).toMatchObject({ _tag: 'Right', right: { source: 'pool' } });
    await world.time.until(() => ready().length === 3);
    expect(server.context.directory.pool(SPEC).entries).toHaveLength(2);
  });

  /** How often each was made for these sessions. */
  const made = (world: TestWorld) => [
    ...SERVICES.map((service) => world.providers[service].made()),
    world.sandboxes.boots(),
  ];

  test('has the sandboxes of what is too old made anew, and keeps the services', async () => {
    const world = createTestWorld();
    const server = startTestServer(world, { poolTarget: 2 });
    const entries = () => server.context.directory.pool(SPEC).entries;
    const claimable = () => server.context.directory.claimable(SPEC, world.time.now());
    await world.time.until(() => claimable().length === 2);
    const before = entries();
    expect(made(world)).toEqual([2, 2, 2, 2, 2]);

    await world.time.pass(46 * 60_000);
    expect(entries()).toEqual(before);
    expect(claimable()).toHaveLength(2);
    expect(made(world)).toEqual([2, 2, 2, 2, 4]);
    const pushed = claimable().map(({ history, pushed }) => history?.at === pushed);
    expect(pushed).toEqual([true, true]);
  });

  test('has a day-old session made anew with all it has', async () => {
    const world = createTestWorld();
    const server = startTestServer(world, { poolTarget: 1 });
    await world.time.pass(25 * 3_600_000);
    const [entry] = server.context.directory.pool(SPEC).entries;
    expect(isReady(server.session(entry ?? ''))).toBe(true);
    expect(world.providers.neon.made()).toBe(2);
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
  });

  test.each([
    ['never', 0],
    ['again and again on the way', 1],
  ])('takes over what another spec has left, for as many as it wants, killed %s', async (_when, kills) => {
    const world = createTestWorld();
    const before = startTestServer(world, { poolTarget: 3 });
    await world.time.until(() => before.context.directory.claimable(SPEC, world.time.now()).length === 3);
    before.crash();

    const settings = { specHash: 'spec-two', model: 'opus', poolTarget: 2 };
    for (let appends = kills; appends > 0 && appends < 30; appends += 1) {
      const dying = startTestServer(world, settings);
      let looks = 0;
      await world.time.until(() => {
        looks += 1;
        return looks > appends;
      });
      dying.crash();
    }
    const after = startTestServer(world, settings);
    await world.time.pass(3 * 60_000);
    const { directory } = after.context;
    const claimable = directory.claimable('spec-two', world.time.now());
    expect(claimable.map(({ model, specHash }) => [model, specHash])).toEqual([
      ['opus', 'spec-two'],
      ['opus', 'spec-two'],
    ]);
    expect(directory.pool(SPEC).entries).toEqual([]);
    expect(directory.pool('spec-two').entries).toHaveLength(2);
    expect(world.providers.neon.made()).toBe(3);
    expect(world.providers.neon.live.size).toBe(2);
  });

  test('a renewal that its server began and did not live to carry out, another does, and the services stay', async () => {
    const world = inACloud(createTestWorld());
    const shared = { exclusive: false, poolTarget: 1 };
    const holder = startTestServer(world, shared);
    const claimable = () => holder.context.directory.claimable(SPEC, world.time.now());
    await world.time.until(() => claimable().length === 1);
    const [entry] = claimable();
    const { boot, running } = world.sandboxes;
    const held = new Set<string>();
    const sandboxes: typeof world.sandboxes = {
      ...world.sandboxes,
      boot: (request) => {
        held.add(request.name);
        return boot(request);
      },
      running: (name) => (held.has(name) ? running(name) : undefined),
    };
    const other = startTestServer({ ...world, sandboxes }, shared);
    const seen = () => other.session(entry?.sessionId ?? '');
    await world.time.until(() => {
      const state = seen();
      return state?.renewedAt !== undefined && stepOf(state, 'vm_boot').status === 'running';
    });
    holder.crash();
    await world.time.pass(5 * 60_000);
    const ready = other.context.directory.claimable(SPEC, world.time.now());
    expect(ready.map(({ sessionId }) => sessionId)).toEqual([entry?.sessionId]);
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
    expect(world.providers.neon.made()).toBe(1);
  });

  test('a renewal whose boot fails is tried again, although nobody holds a sandbox by then', async () => {
    const world = inACloud(createTestWorld());
    const { boot, running } = world.sandboxes;
    let boots = 0;
    let isHeld = true;
    const sandboxes: typeof world.sandboxes = {
      ...world.sandboxes,
      boot: (request) => {
        boots += 1;
        isHeld = boots !== 2;
        return isHeld ? boot(request) : async () => left(OUTAGE);
      },
      running: (name) => (isHeld ? running(name) : undefined),
    };
    const server = startTestServer({ ...world, sandboxes }, { exclusive: false, poolTarget: 1 });
    const claimable = () => server.context.directory.claimable(SPEC, world.time.now());
    await world.time.until(() => claimable().length === 1);
    const [entry] = claimable();
    world.time.jump(46 * 60_000);
    await world.time.until(() => boots === 3 && claimable().length === 1);
    expect(claimable().map(({ sessionId }) => sessionId)).toEqual([entry?.sessionId]);
    expect(world.providers.neon.made()).toBe(1);
  });

  test('what was renewed while other entries were seen to is not discarded for what it was before', async () => {
    const world = inACloud(createTestWorld());
    const holder = startTestServer(world, { exclusive: false, poolTarget: 2 });
    const { context } = holder;
    const claimable = () => context.directory.claimable(SPEC, world.time.now());
    await world.time.until(() => claimable().length === 2);
    const entries = claimable().map(({ sessionId }) => sessionId);
    world.time.jump(POOL_MAX_AGE_MS + LEFT_TO_HOLDER_MS + 1_000);
    const session: typeof context.handlers.session = (id, decide, cause) => async () => {
      await world.time.sleep(40_000);
      return context.handlers.session(id, decide, cause)();
    };
    const slow = createPoolKeeper(
      {
        ...context,
        world: { ...context.world, sandboxes: { ...world.sandboxes, running: () => undefined } },
        handlers: { ...context.handlers, session },
      },
      new AbortController().signal,
    );
    await world.time.during(slow.evaluate());
    await world.time.pass(60_000);
    expect(claimable().map(({ sessionId }) => sessionId)).toEqual(entries);
  });

  test('a visitor and the renewal of what they are given cannot both have their way', async () => {
    const world = createTestWorld();
    const server = startTestServer(world, { poolTarget: 1 });
    const claimable = () => server.context.directory.claimable(SPEC, world.time.now());
    await world.time.until(() => claimable().length === 1);
    world.time.jump(44 * 60_000 + 50_000);
    const claims = Array.from({ length: 3 }, (_, index) =>
      world.time
        .sleep(index * 10_000)
        .then(() => server.create({ commandId: `c-${index}`, owner: 'ann', residentialIp: false })()),
    );
    for (const created of await world.time.during(Promise.all(claims))) {
      const { sessionId } = rightOf(created);
      await world.time.until(() => isReady(server.session(sessionId)));
    }
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
    await world.time.pass(48 * 60_000);
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
