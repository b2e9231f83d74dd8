import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { anyHistory } from '../domain/testing/arbitrary-events.ts';
import { planned, ready, submitted } from '../domain/testing/histories.ts';
import { holds } from '../domain/testing/property.ts';
import { poolView } from './pool-view/index.ts';
import type { FeedEvent, ReadModels } from './ports.ts';
import { type Projection, tableOf } from './projection.ts';
import { startProjector } from './projector.ts';
import type { ProjectorDeps } from './projector-deps.ts';
import { sessionList } from './session-list/index.ts';
import { sessionView } from './session-view/index.ts';
import { byNumber, createTestFeed, erased, interleaved, published } from './testing/feed.ts';
import { createMemoryReadModels } from './testing/read-models.ts';
import { transcriptView } from './transcript-view/index.ts';
import { ViewsUnavailable } from './views-unavailable.ts';

const PROJECTIONS = [sessionView, transcriptView, sessionList, poolView] as readonly Projection<unknown>[];
const NEVER_MS = 60_000;

const running: AbortController[] = [];
afterEach(() => {
  for (const controller of running.splice(0)) controller.abort();
});

/** A projector over these, until the test ends or it is stopped. */
const project = (
  projection: Projection<unknown>,
  readModels: ReadModels,
  feed: ReturnType<typeof createTestFeed>,
  options: Pick<ProjectorDeps, 'firstTableMs'> = {},
) => {
  const controller = new AbortController();
  running.push(controller);
  const warnings: string[] = [];
  const projector = startProjector(projection, {
    feed,
    readModels,
    signal: controller.signal,
    log: { info: () => undefined, warn: (_, message) => void warnings.push(message) },
    comparePositions: byNumber,
    retryMs: 1,
    ...options,
  });
  return { ...projector, warnings, stop: () => controller.abort() };
};

/** The table after one run over the whole log. */
const rebuilt = async (projection: Projection<unknown>, log: readonly FeedEvent[]): Promise<string> => {
  const readModels = createMemoryReadModels();
  const feed = createTestFeed();
  feed.append(log);
  const projector = project(projection, readModels, feed);
  await projector.caughtUp;
  projector.stop();
  return readModels.dump(tableOf(projection));
};

/** Histories that begin as they should, and go on in any way at all. */
const histories = fc.array(
  anyHistory.map((events) => [planned(), ...events]),
  { minLength: 1, maxLength: 3 },
);
const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });

describe.each(PROJECTIONS.map((projection) => [projection.name, projection] as const))(
  '%s',
  (_, projection) => {
    holds(
      'is byte for byte the same live, in any batches and over any restarts, as rebuilt at once',
      [histories, sizes, fc.array(fc.nat(40), { maxLength: 4 })],
      async (sessions, batches, stops) => {
        const log = interleaved(sessions);
        const readModels = createMemoryReadModels();
        const feed = createTestFeed(batches);
        let appended = 0;
        for (const stop of [...stops.toSorted((a, b) => a - b), log.length]) {
          const projector = project(projection, readModels, feed);
          const more = log.slice(appended, Math.max(appended, stop));
          feed.append(more);
          appended += more.length;
          if (appended > 0) await projector.waitFor(String(appended), NEVER_MS);
          await projector.caughtUp;
          projector.stop();
        }
        expect(readModels.dump(tableOf(projection))).toBe(await rebuilt(projection, log));
      },
      { runs: 40 },
    );

    holds(
      'is the same when its storage fails in between: rows and checkpoint are written together',
      [histories, sizes, fc.array(fc.boolean(), { maxLength: 6 })],
      async (sessions, batches, failures) => {
        const log = interleaved(sessions);
        const readModels = createMemoryReadModels();
        const feed = createTestFeed(batches);
        const projector = project(projection, readModels, feed);
        for (const [index, event] of log.entries()) {
          if (failures[index] === true) readModels.failNext();
          feed.append([event]);
          if (failures[index] === true) await projector.waitFor(event.position, NEVER_MS);
        }
        await projector.waitFor(String(log.length), NEVER_MS);
        expect(readModels.dump(tableOf(projection))).toBe(await rebuilt(projection, log));
      },
      { runs: 25 },
    );

    holds('folds what was erased, and passes over what it does not know', [histories], async (sessions) => {
      const log = interleaved(sessions).map((event, index) =>
        index % 5 === 4 ? { ...event, type: 'SomethingNew', data: null } : erased(event),
      );
      const feed = createTestFeed();
      const projector = project(projection, createMemoryReadModels(), feed);
      await projector.caughtUp;
      feed.append(log);
      await projector.waitFor(String(log.length), NEVER_MS);
      const unknown = log.filter(({ type }) => type === 'SomethingNew').length;
      expect((await projector.status()).unknownEvents).toEqual(
        unknown === 0 ? {} : { SomethingNew: unknown },
      );
      expect(projector.warnings).toHaveLength(Math.min(1, unknown));
    });
  },
);

describe('waiting for a position', () => {
  const history = published([...ready(), submitted()]);
  const last = String(history.length);

  test('ends when the event is in the view', async () => {
    const feed = createTestFeed();
    const projector = project(sessionView as Projection<unknown>, createMemoryReadModels(), feed);
    await projector.caughtUp;
    const waiting = projector.waitFor(last, NEVER_MS);
    feed.append(history);
    await waiting;
    expect(await projector.get('abc')).toMatchObject({ revision: history.length - 1, queuedTurns: 1 });
  });

  test('is over at once for what was in the view before, also before a restart', async () => {
    const feed = createTestFeed();
    const readModels = createMemoryReadModels();
    feed.append(history);
    const first = project(sessionView as Projection<unknown>, readModels, feed);
    await first.caughtUp;
    await first.waitFor(last, NEVER_MS);
    first.stop();
    const second = project(sessionView as Projection<unknown>, readModels, feed);
    await second.waitFor(last, NEVER_MS);
    expect(await second.get('abc')).toBeDefined();
  });

  test('ends all the same when the event does not come', async () => {
    const projector = project(sessionView as Projection<unknown>, createMemoryReadModels(), createTestFeed());
    await projector.waitFor('1', 1);
    expect(await projector.get('abc')).toBeUndefined();
  });
});

describe('where no table serves yet', () => {
  /** A log that is read to its end only once it is `opened`. */
  const held = () => {
    const feed = createTestFeed();
    const opened = Promise.withResolvers<void>();
    const subscribe: typeof feed.subscribe = async function* (options) {
      await opened.promise;
      yield* feed.subscribe(options);
    };
    feed.append(published(ready()));
    return { feed: { ...feed, subscribe }, open: opened.resolve };
  };
  const view = sessionView as Projection<unknown>;

  test('nothing is said not to be there', async () => {
    const { feed, open } = held();
    const projector = project(view, createMemoryReadModels(), feed, { firstTableMs: 1 });
    await expect(projector.get('abc')).rejects.toBeInstanceOf(ViewsUnavailable);
    await expect(projector.find('slug', 'abcdefghijkl')).rejects.toBeInstanceOf(ViewsUnavailable);
    expect(projector.serves()).toBe(false);
    open();
    await projector.caughtUp;
    expect(projector.serves()).toBe(true);
    expect(await projector.get('abc')).toBeDefined();
    expect(await projector.get('other')).toBeUndefined();
  });

  test('who reads waits a moment for the first', async () => {
    const { feed, open } = held();
    const projector = project(view, createMemoryReadModels(), feed);
    const reading = Promise.all([projector.get('abc'), projector.find('slug', 'abcdefghijkl')]);
    open();
    expect(await reading).toEqual([expect.anything(), [expect.anything()]]);
  });

  test('who waits is sent away when it is stopped', async () => {
    const projector = project(view, createMemoryReadModels(), held().feed);
    const reading = projector.get('abc');
    projector.stop();
    await expect(reading).rejects.toBeInstanceOf(ViewsUnavailable);
  });

  test('who reads is sent away where its storage cannot tell what tables there are', async () => {
    const tables = () => Promise.reject(new Error('the storage is away'));
    const readModels = { ...createMemoryReadModels(), tables };
    const projector = project(view, readModels, held().feed, { firstTableMs: 1 });
    await expect(projector.get('abc')).rejects.toBeInstanceOf(ViewsUnavailable);
  });
});

describe('a row', () => {
  test('is found by its indexes', async () => {
    const feed = createTestFeed();
    feed.append(published(ready()));
    const projector = project(sessionView as Projection<unknown>, createMemoryReadModels(), feed);
    await projector.caughtUp;
    expect(await projector.find('slug', 'abcdefghijkl')).toHaveLength(1);
    expect(await projector.find('slug', 'other')).toEqual([]);
  });
});
