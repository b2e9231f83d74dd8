import { describe, expect, test } from 'vitest';
import { resourceName, SERVICES } from '../../domain/services.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { createFakeDatabase } from '../testing/database.ts';
import { never } from '../testing/port-of.ts';
import { createFakeProvider, OUTAGE, REFUSED } from '../testing/providers.ts';
import { coldSession, isReady, visitorOf } from '../testing/visits.ts';
import {
  createTestWorld,
  factsOf,
  liveResources,
  NOTHING,
  ONE_OF_EACH,
  startTestServer,
  type TestServer,
  type TestWorld,
} from '../testing/world.ts';

const MINUTE = 60_000;
const STRAY = 'strayslug123';
const FOREIGN = [
  { resourceId: 'db-1', name: 'production', slug: 'production' },
  { resourceId: 'db-2', name: 'mk0r-docs', slug: 'docs' },
  { resourceId: 'db-3', name: 'mk0r-abcdefghijkl-copy', slug: 'abcdefghijkl' },
];

const asked = (n = 0) => ({
  key: `sweep-${n}`,
  causationId: `sweep-${n}`,
  correlationId: `sweep-${n}`,
  actor: 'operator' as const,
});
const sweep = (world: TestWorld, server: TestServer, n?: number) => world.time.during(server.sweep(asked(n)));
const orphansOf = (server: TestServer) => Object.values(server.context.directory.janitor().orphans);
const janitorLog = async (world: TestWorld) => {
  const events = await world.store.readStream('janitor')();
  return events._tag === 'Right' ? events.right.map(({ type }) => type) : [];
};

/** A session that is ready, and another that was closed and forgotten. */
const livedIn = async (settings: Parameters<typeof coldSession>[2] = {}) => {
  const visit = await coldSession(undefined, 'Hello', settings);
  const { world, server } = visit;
  await world.time.until(() => isReady(server.session(visit.sessionId)));
  const { sessionId, slug } = rightOf(
    await world.time.during(server.create({ commandId: 'other', owner: 'bob', residentialIp: false })()),
  );
  await world.time.until(() => isReady(server.session(sessionId)));
  await world.time.during(server.commands.close({ ...visitorOf(sessionId), owner: 'bob' })());
  await world.time.until(() => server.session(sessionId)?.status === 'forgotten');
  return { ...visit, gone: slug };
};

describe('a look at the providers', () => {
  test('finds nothing where everything is somebody’s', async () => {
    const { world, server } = await livedIn();
    expect(await sweep(world, server)).toMatchObject({ found: 0, released: 0, missing: 0, unreachable: [] });
    expect(await janitorLog(world)).toEqual([]);
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
  });

  test('releases what came into being after its session was gone, in every place', async () => {
    const { world, server, gone } = await livedIn();
    const made = SERVICES.map((service) =>
      world.providers[service].holds({
        resourceId: `${service}-late`,
        name: service === 'resend' ? `${resourceName(gone)} Users` : resourceName(gone),
        slug: gone,
      }),
    );
    const late = { name: resourceName(gone), sessionId: '', bridgeToken: '', forwards: [] };
    await world.time.during(world.sandboxes.boot({ ...late, signal: new AbortController().signal })());
    expect(await sweep(world, server)).toMatchObject({ found: 5, released: 5, failed: 0 });
    expect(made.map((isThere) => isThere())).toEqual([false, false, false, false]);
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
    const types = await janitorLog(world);
    expect(types.slice(0, 5)).toEqual(Array(5).fill('OrphanFound'));
    expect(types.slice(5)).toEqual(Array(5).fill('OrphanReleased'));
    expect(orphansOf(server)).toEqual([]);
  });

  test('releases a second one of its name that came about late, and leaves the one in use', async () => {
    const { world, server, slug } = await livedIn();
    const { neon } = world.providers;
    const isThere = neon.holds({ resourceId: 'neon-late', name: resourceName(slug), slug });
    expect(await sweep(world, server)).toMatchObject({ found: 1, released: 1, missing: 0 });
    expect(isThere()).toBe(false);
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
  });

  test('takes nothing for a second one while the one in use is not there', async () => {
    const { world, server, slug } = await livedIn();
    const { neon } = world.providers;
    neon.loses(slug);
    const isThere = neon.holds({ resourceId: 'neon-late', name: resourceName(slug), slug });
    expect(await sweep(world, server)).toMatchObject({ found: 0, released: 0 });
    expect(isThere()).toBe(true);
  });

  test('touches nothing whose name is not ours, even when it is asked to', async () => {
    const { world, server } = await livedIn();
    const foreign = SERVICES.flatMap((service) => FOREIGN.map(world.providers[service].holds));
    expect(await sweep(world, server)).toMatchObject({ found: 0, released: 0 });
    expect(foreign.every((isThere) => isThere())).toBe(true);
  });

  test('goes on where one provider does not answer, and does not forget what it held', async () => {
    const { world, server } = await livedIn();
    const stray = { resourceId: 'stray', name: resourceName(STRAY), slug: STRAY };
    const neonHas = world.providers.neon.holds(stray);
    world.providers.resend.down(OUTAGE);
    expect(await sweep(world, server)).toMatchObject({
      released: 1,
      unreachable: [{ service: 'resend', code: OUTAGE.code }],
    });
    expect(neonHas()).toBe(false);
  });

  test('says once why an orphan cannot be released, and tries again the next time', async () => {
    const { world, server } = await livedIn();
    const { neon } = world.providers;
    const isThere = neon.holds({ resourceId: 'stray', name: resourceName(STRAY), slug: STRAY });
    neon.releasesFail(REFUSED);
    expect(await sweep(world, server, 1)).toMatchObject({ found: 1, released: 0, failed: 1 });
    expect(await sweep(world, server, 2)).toMatchObject({ found: 1, released: 0, failed: 1 });
    expect(orphansOf(server)).toMatchObject([{ name: resourceName(STRAY), error: { code: REFUSED.code } }]);
    neon.releasesFail(undefined);
    expect(await sweep(world, server, 3)).toMatchObject({ found: 1, released: 1 });
    expect(isThere()).toBe(false);
    expect(await janitorLog(world)).toEqual(['OrphanFound', 'OrphanReleaseFailed', 'OrphanReleased']);
  });
});

describe('the janitor of a server that is behind the log', () => {
  /** Follows nothing: whatever the others write, it has not heard of it yet. */
  const deafServer = (world: TestWorld): TestServer => {
    const subscribeAll: TestWorld['store']['subscribeAll'] = async function* () {
      yield { events: [], caughtUp: true };
      await never();
    };
    return startTestServer({ ...world, store: { ...world.store, subscribeAll } }, { exclusive: false });
  };

  test('takes nothing from a session that it has not heard of', async () => {
    const { world } = await livedIn();
    expect(await sweep(world, deafServer(world))).toMatchObject({ found: 0, released: 0 });
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
  });

  test('releases what is nobody’s all the same', async () => {
    const { world } = await livedIn();
    const isThere = world.providers.neon.holds({
      resourceId: 'stray',
      name: resourceName(STRAY),
      slug: STRAY,
    });
    expect(await sweep(world, deafServer(world))).toMatchObject({ found: 1, released: 1 });
    expect(isThere()).toBe(false);
  });

  test('believes nothing while the log cannot be read', async () => {
    const { world, server } = await livedIn();
    const isThere = world.providers.neon.holds({
      resourceId: 'stray',
      name: resourceName(STRAY),
      slug: STRAY,
    });
    const readAll = world.store.readAll;
    const away = { tag: 'StoreUnavailable', message: 'away' } as const;
    Object.assign(world.store, { readAll: () => async () => ({ _tag: 'Left', left: away }) });
    expect(await sweep(world, server, 1)).toMatchObject({ found: 0, released: 0 });
    expect(isThere()).toBe(true);
    Object.assign(world.store, { readAll });
    expect(await sweep(world, server, 2)).toMatchObject({ found: 1, released: 1 });
  });
});

describe('the janitor by itself', () => {
  const settings = { janitorEveryMs: 10 * MINUTE, orphanGraceMs: 10 * MINUTE };

  test('looks every ten minutes, and releases what it has known for ten', async () => {
    const { world, server } = await livedIn(settings);
    const isThere = world.providers.neon.holds({
      resourceId: 'stray',
      name: resourceName(STRAY),
      slug: STRAY,
    });
    await world.time.until(() => orphansOf(server).length === 1, 15 * MINUTE);
    expect(isThere()).toBe(true);
    // One look later where it was found a moment after the look had begun.
    await world.time.until(() => !isThere(), 25 * MINUTE);
  });

  test('goes on after a crash with what it knew', async () => {
    const { world, server } = await livedIn(settings);
    const isThere = world.providers.neon.holds({
      resourceId: 'stray',
      name: resourceName(STRAY),
      slug: STRAY,
    });
    await world.time.until(() => orphansOf(server).length === 1, 15 * MINUTE);
    server.crash();
    await world.time.pass(10 * MINUTE);
    const next = startTestServer(world, settings);
    await world.time.during(next.caughtUp);
    await world.time.until(() => orphansOf(next).length === 0, 2 * MINUTE);
    expect(isThere()).toBe(false);
    expect(await janitorLog(world)).toEqual(['OrphanFound', 'OrphanReleased']);
  });

  test('leaves to an operator what may be another server’s at a shared provider', async () => {
    const world = createTestWorld();
    const at = async () => undefined;
    const neon = createFakeDatabase(at, createFakeProvider('neon', at, 'neon'));
    const shared = { ...world, providers: { ...world.providers, neon } };
    const server = startTestServer(shared, settings);
    await world.time.during(server.caughtUp);
    const isThere = neon.holds({ resourceId: 'stray', name: resourceName(STRAY), slug: STRAY });
    await world.time.pass(60 * MINUTE);
    expect(isThere()).toBe(true);
    expect(orphansOf(server)).toHaveLength(1);
    await sweep(world, server);
    expect(isThere()).toBe(false);
  });
});

describe('what should be there and is not', () => {
  test('is believed at the second look, shown, and made again when its owner asks', async () => {
    const { world, server, sessionId, slug } = await livedIn();
    const { neon } = world.providers;
    neon.loses(slug);
    expect(await sweep(world, server, 1)).toMatchObject({ missing: 0 });
    expect(await sweep(world, server, 2)).toMatchObject({ missing: 1 });
    expect(await sweep(world, server, 3)).toMatchObject({ missing: 0 });
    expect(await factsOf(world, sessionId, 'ResourceMissing')).toMatchObject([{ service: 'neon' }]);
    expect(server.session(sessionId)?.steps.neon?.status).toBe('parked');

    await world.time.during(server.commands.retryService({ ...visitorOf(sessionId), service: 'neon' })());
    await world.time.until(() => server.session(sessionId)?.env?.services.length === 4);
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
  });

  test('is no loss where a provider lacks most of it: an operator is told to look at the key', async () => {
    const world = createTestWorld();
    const at = async () => undefined;
    world.providers.neon = createFakeDatabase(at, createFakeProvider('neon', at, 'neon'));
    const server = startTestServer(world);
    for (let n = 0; n < 6; n += 1) {
      const { sessionId } = rightOf(
        await world.time.during(server.create({ commandId: `${n}`, owner: 'ann', residentialIp: false })()),
      );
      await world.time.until(() => isReady(server.session(sessionId)));
    }
    const open = [...server.context.directory.sessions()].filter(({ status }) => status === 'open');
    const restores = open.map(({ slug }) => world.providers.neon.loses(slug));
    for (const n of [1, 2, 3])
      expect(await sweep(world, server, n)).toMatchObject({
        missing: 0,
        unreachable: [{ service: 'neon', code: 'too_much_absent' }],
      });
    for (const { sessionId } of open) expect(await factsOf(world, sessionId, 'ResourceMissing')).toEqual([]);
    for (const restore of restores.slice(1)) restore();
    await sweep(world, server, 4);
    expect(await sweep(world, server, 5)).toMatchObject({ missing: 1, unreachable: [] });
  });

  test('a copy on this server does not count for what it is a copy of', async () => {
    const { world, server, sessionId, slug } = await livedIn();
    const { github } = world.providers;
    github.loses(slug);
    github.holds({ resourceId: resourceName(slug), name: resourceName(slug), slug, isCopy: true });
    await sweep(world, server, 1);
    expect(await sweep(world, server, 2)).toMatchObject({ missing: 1, found: 0 });
    expect(await factsOf(world, sessionId, 'ResourceMissing')).toMatchObject([{ service: 'github' }]);
  });

  test('a listing that was wrong once changes nothing', async () => {
    const { world, server, sessionId, slug } = await livedIn();
    const restore = world.providers.neon.loses(slug);
    await sweep(world, server, 1);
    restore();
    await sweep(world, server, 2);
    world.providers.neon.loses(slug);
    await sweep(world, server, 3);
    expect(await factsOf(world, sessionId, 'ResourceMissing')).toEqual([]);
  });

  test('a sleeping sandbox whose files are gone is lost, and rebuilt when it is wanted', async () => {
    const life = { sleepAfterMs: MINUTE, neverPromptedMs: 0, idleMs: 0 };
    const { world, server, sessionId, slug } = await livedIn({ life });
    await world.time.until(() => server.session(sessionId)?.sandbox.status === 'asleep');
    await world.time.during(world.sandboxes.destroy(resourceName(slug))());
    await sweep(world, server, 1);
    await sweep(world, server, 2);
    expect(server.session(sessionId)?.sandbox.status).toBe('lost');
    await world.time.during(server.commands.wake(visitorOf(sessionId))());
    await world.time.until(() => server.session(sessionId)?.sandbox.status === 'awake');
  });
});

describe('a release that its provider refuses', () => {
  test('waits for an operator, and then ends as any other', async () => {
    const { world, server, sessionId } = await coldSession();
    await world.time.until(() => isReady(server.session(sessionId)));
    world.providers.neon.releasesFail(REFUSED);
    await world.time.during(server.commands.close(visitorOf(sessionId))());
    await world.time.until(() => server.session(sessionId)?.steps.release_neon?.status === 'parked');
    await world.time.pass(60 * MINUTE);
    expect(server.session(sessionId)?.status).toBe('closing');
    world.providers.neon.releasesFail(undefined);
    expect(await sweep(world, server)).toMatchObject({ retried: 1 });
    await world.time.until(() => server.session(sessionId)?.status === 'forgotten');
    expect(liveResources(world)).toEqual(NOTHING);
  });
});

describe('a server that is configured for another provider than the one a session has', () => {
  /** The same log, read by a server whose databases are at another provider. */
  const movedTo = async (provider: string) => {
    const { world, server, sessionId } = await coldSession(createTestWorld());
    await world.time.until(() => isReady(server.session(sessionId)));
    server.crash();
    const before = world.providers.neon;
    const at = async () => undefined;
    world.providers.neon = createFakeDatabase(at, createFakeProvider('neon', at, provider));
    const next = startTestServer(world);
    await world.time.during(next.caughtUp);
    return { world, server: next, sessionId, before };
  };

  test('does not take for lost what it cannot list', async () => {
    const { world, server, sessionId } = await movedTo('neon');
    for (const n of [1, 2, 3]) expect(await sweep(world, server, n)).toMatchObject({ missing: 0 });
    expect(await factsOf(world, sessionId, 'ResourceMissing')).toEqual([]);
  });

  test('gives nothing back by asking somebody else for it: an operator has to know', async () => {
    const { world, server, sessionId, before } = await movedTo('neon');
    await world.time.during(server.commands.close(visitorOf(sessionId))());
    const release = () => server.session(sessionId)?.steps.release_neon;
    await world.time.until(() => release()?.status === 'parked');
    expect(release()).toMatchObject({ error: { code: 'provider_not_configured' } });
    expect(before.live.size).toBe(1);

    world.providers.neon = before;
    server.crash();
    const back = startTestServer(world);
    await world.time.during(back.caughtUp);
    await sweep(world, back);
    await world.time.until(() => back.session(sessionId)?.status === 'forgotten');
    expect(liveResources(world)).toEqual(NOTHING);
  });
});
