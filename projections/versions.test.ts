import { setImmediate as nextTurn } from 'node:timers/promises';
import { isLeft } from 'fp-ts/lib/Either.js';
import { afterEach, describe, expect, test } from 'vitest';
import { planned, started } from '../domain/testing/histories.ts';
import type { FeedEvent, ReadModels } from './ports.ts';
import type { Projection } from './projection.ts';
import { startProjector } from './projector.ts';
import { sessionView } from './session-view/index.ts';
import { createTestFeed, published, unheard } from './testing/feed.ts';
import { createMemoryReadModels } from './testing/read-models.ts';
import type { SessionView } from './views.ts';

const NEVER_MS = 30_000;
const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

/** What a release makes of the same log: its number is in every document. */
const release = (version: number): Projection<SessionView> => ({
  ...sessionView,
  version,
  evolve: (doc, event) => {
    const next = sessionView.evolve(doc, event);
    return next && { ...next, model: `version ${version}` };
  },
});

const run = (
  projection: Projection<SessionView>,
  readModels: ReadModels,
  feed: ReturnType<typeof createTestFeed>,
) => {
  const controller = new AbortController();
  const projector = startProjector(projection, {
    feed,
    readModels,
    signal: controller.signal,
    ...unheard,
    retryMs: 1,
  });
  const stop = async () => {
    controller.abort();
    await projector.stopped;
  };
  running.push(stop);
  return { ...projector, stop };
};

const LOG = published([
  planned(),
  ...Array.from({ length: 8 }, () => started('push')),
  { type: 'SessionForgotten', data: {} },
]);
const until = (from: number, to: number): readonly FeedEvent[] => LOG.slice(from, to);

/** A data directory that the first release served, and the second one, which has no code for the first's version. */
const afterAnUpdate = async (readModels: ReadModels = createMemoryReadModels()) => {
  const feed = createTestFeed([3]);
  feed.append(until(0, 4));
  const first = run(release(1), readModels, feed);
  await first.caughtUp;
  await first.stop();
  const second = run(release(2), readModels, feed);
  await second.caughtUp;
  return { readModels, feed, second };
};

describe('a release that no longer has the code of the version before', () => {
  test('serves its own, and leaves the other as it was', async () => {
    const { second } = await afterAnUpdate();
    expect(await second.get('abc')).toMatchObject({ model: 'version 2' });
    expect(await second.status()).toMatchObject({
      serving: { table: 'session_view_v2', followed: true },
      kept: { table: 'session_view_v1', followed: false },
    });
  });

  test('cannot go back to it, and says who can', async () => {
    const { second } = await afterAnUpdate();
    const refused = await second.rollback();
    expect(isLeft(refused) && refused.left).toMatchObject({
      code: 'kept_by_another_release',
      message: expect.stringContaining('Run that release'),
    });
  });

  test('drops it once a session is forgotten: nobody could make it forget', async () => {
    const { readModels, feed, second } = await afterAnUpdate();
    expect(await readModels.get('session_view_v1', 'abc')).toBeDefined();
    feed.append(until(4, 10));
    await second.waitFor('10', NEVER_MS);
    while ((await readModels.tables('session_view')).length > 1) await nextTurn();
    expect(await readModels.get('session_view_v1', 'abc')).toBeUndefined();
    expect((await second.status()).kept).toBeUndefined();
  });

  test('drops it then though its storage fails the first time', async () => {
    const kept = createMemoryReadModels();
    let tries = 0;
    const { readModels, feed, second } = await afterAnUpdate({
      ...kept,
      drop: async (table) => {
        tries += 1;
        if (tries === 1) throw new Error('the disk is full');
        await kept.drop(table);
      },
    });
    feed.append(until(4, 10));
    await second.waitFor('10', NEVER_MS);
    await expect.poll(() => readModels.get('session_view_v1', 'abc'), { timeout: NEVER_MS }).toBeUndefined();
    expect(tries).toBe(2);
  });

  test('drops it at the next start, when it ended before it could', async () => {
    const kept = createMemoryReadModels();
    const { feed, second } = await afterAnUpdate({
      ...kept,
      drop: async () => {
        throw new Error('the process is gone');
      },
    });
    feed.append(until(4, 10));
    await second.waitFor('10', NEVER_MS);
    await second.stop();
    expect(await kept.get('session_view_v1', 'abc')).toBeDefined();
    run(release(2), kept, feed);
    await expect.poll(() => kept.get('session_view_v1', 'abc'), { timeout: NEVER_MS }).toBeUndefined();
    expect(await kept.get('session_view_v2', 'abc')).toBeDefined();
  });

  test('keeps it over its own restarts while nobody is forgotten', async () => {
    const { readModels, feed, second } = await afterAnUpdate();
    feed.append(until(4, 8));
    await second.waitFor('8', NEVER_MS);
    await second.stop();
    const again = run(release(2), readModels, feed);
    await again.caughtUp;
    await again.stop();
    expect(await readModels.get('session_view_v1', 'abc')).toBeDefined();
  });
});

describe('the release before, back again', () => {
  test('takes up its own table where it stopped, and serves from it', async () => {
    const { readModels, feed, second } = await afterAnUpdate();
    await second.stop();
    feed.append(until(4, 8));
    const first = run(release(1), readModels, feed);
    await first.caughtUp;
    expect(await first.get('abc')).toMatchObject({ model: 'version 1', revision: 7 });
    expect(await first.status()).toMatchObject({
      serving: { table: 'session_view_v1' },
      kept: { table: 'session_view_v2', followed: false },
    });
  });
});

describe('an operator', () => {
  test('is told that bytes are counted, and not events, also before anything serves', async () => {
    const feed = { ...createTestFeed(), unit: () => 'bytes' as const };
    feed.append(until(0, 4));
    const first = run(release(1), createMemoryReadModels(), feed);
    expect(await first.status()).toMatchObject({ unit: 'bytes' });
    await first.caughtUp;
    expect(await first.status()).toMatchObject({ unit: 'bytes', serving: { behind: 0 } });
  });
});
