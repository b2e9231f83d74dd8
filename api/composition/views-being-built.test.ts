import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createReader } from '../../commands/reader.ts';
import { createMemoryEventStore } from '../../commands/testing/event-store.ts';
import { createMemoryVault, memoryCipher } from '../../commands/testing/vault.ts';
import { coldSession, isReady } from '../../commands/testing/visits.ts';
import { createTestWorld } from '../../commands/testing/world.ts';
import type { ProcessFacts } from '../../projections/operator-views.ts';
import type { EventFeed } from '../../projections/ports.ts';
import { unheard } from '../../projections/testing/feed.ts';
import { createMemoryReadModels } from '../../projections/testing/read-models.ts';
import { ViewsUnavailable } from '../../projections/views-unavailable.ts';
import { createApplication } from './application.ts';
import { createFeed, startHub } from './hub.ts';
import { startViews } from './views.ts';

const FACTS = { node: '24' } as ProcessFacts;
let stopping: AbortController;

beforeEach(() => {
  stopping = new AbortController();
});
afterEach(() => stopping.abort());

/** What a feed gives out comes once `opened`: until then all views are being built. */
const heldBack = (feed: EventFeed): { readonly feed: EventFeed; readonly open: () => void } => {
  const opened = Promise.withResolvers<void>();
  return {
    open: opened.resolve,
    feed: {
      ...feed,
      subscribe: async function* (options) {
        await opened.promise;
        yield* feed.subscribe(options);
      },
    },
  };
};

/** A server with views of nothing over a log that holds Ann's session, as after a restore. */
const restored = async (firstTableMs?: number) => {
  const world = createTestWorld({ seed: 7 });
  const { server, sessionId } = await coldSession(world);
  await world.time.until(() => isReady(server.session(sessionId)));
  const { context } = server;
  const { signal } = stopping;
  const { feed, open } = heldBack(createFeed(world.store, context.reader));
  const views = startViews(feed, createMemoryReadModels(), {
    signal,
    log: unheard.log,
    ...(firstTableMs === undefined ? {} : { firstTableMs }),
  });
  const app = createApplication({
    context,
    store: world.store,
    views,
    pages: { forget: () => undefined } as never,
    hub: startHub(world.store, context.reader, { signal, headOf: context.directory.headOf }),
    managers: { nudgePool: () => undefined, sweep: () => Promise.reject(), sweptAt: () => undefined },
    runsManagers: true,
    watch: { facts: async () => FACTS },
    health: () => ({
      isolation: context.world.sandboxes.isolation,
      store: 'up',
      services: {},
      agent: 'scripted',
      ready: false,
    }),
    claimed: () => undefined,
  });
  const { slug } = context.directory.session(sessionId) ?? { slug: '' };
  return { app, views, open, sessionId, slug };
};

describe('while the views are built from nothing', () => {
  test('nobody is told that an app is not there', async () => {
    const { app, sessionId, slug } = await restored(1);
    for (const asked of [
      () => app.access(sessionId, 'ann', undefined),
      () => app.sessionView(sessionId),
      () => app.transcript(sessionId),
      () => app.sessionsOf('ann'),
      () => app.preview(slug),
      () => app.orphans(),
      app.forkSession({ commandId: 'again', sessionId, owner: 'ann', commit: 'c', data: 'none' } as never),
    ])
      await expect(asked()).rejects.toBeInstanceOf(ViewsUnavailable);
  });

  test('the first page and the pages of operators are there', async () => {
    const { app, sessionId } = await restored(1);
    expect(await app.pool()).toMatchObject({ entries: [] });
    expect(await app.ops()).toMatchObject({ process: FACTS, ops: { sessions: { claimed: 0 } } });
    expect((await app.projections()).every(({ building }) => building !== undefined)).toBe(true);
    expect((await app.audit.sessions({ limit: 10 })).sessions).toMatchObject([{ sessionId }]);
    expect(app.health().ready).toBe(false);
  });

  test('everything is found as soon as they serve', async () => {
    const { app, views, open, sessionId } = await restored(1);
    await expect(app.access(sessionId, 'ann', undefined)).rejects.toBeInstanceOf(ViewsUnavailable);
    open();
    await views.caughtUp;
    expect(await app.access(sessionId, 'ann', undefined)).toBe('wrong_key');
    expect(await app.sessionView(sessionId)).toMatchObject({ sessionId });
    expect(await app.sessionsOf('ann')).toMatchObject([{ sessionId }]);
  });

  test('who comes in the first moment waits for them', async () => {
    const { app, open, sessionId } = await restored();
    const access = app.access(sessionId, 'ann', undefined);
    open();
    expect(await access).toBe('wrong_key');
  });
});

test('a server with nothing in its log answers its first visitor at once', async () => {
  const store = createMemoryEventStore();
  const reader = createReader({ store, vault: createMemoryVault(), cipher: memoryCipher });
  const views = startViews(createFeed(store, reader), createMemoryReadModels(), {
    signal: stopping.signal,
    log: unheard.log,
  });
  expect(await views.list.find('owner', 'ann')).toEqual([]);
  expect(await views.sessions.get('never-was')).toBeUndefined();
});
