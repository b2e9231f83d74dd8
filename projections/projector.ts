import type { EventFeed, FeedEvent, ReadModels, Row } from './ports.ts';
import { type Projection, tableOf } from './projection.ts';

export type ProjectorLog = { readonly warn: (fields: object, message: string) => void };

type Waiter = { readonly position: string; readonly resolve: () => void };

/** How long a storage that failed is left alone. */
const RETRY_MS = 1_000;

/** Documents kept between batches, so that a busy session is not read back for each of its events. */
const CACHED_DOCS = 500;

/** Keeps one projection up to date with the log, and tells those who wait for a position when it is in. */
export const startProjector = <Doc>(
  projection: Projection<Doc>,
  {
    feed,
    readModels,
    signal,
    log,
    comparePositions,
    retryMs = RETRY_MS,
  }: {
    readonly feed: EventFeed;
    readonly readModels: ReadModels;
    readonly signal: AbortSignal;
    readonly log: ProjectorLog;
    readonly comparePositions: (a: string, b: string) => number;
    readonly retryMs?: number;
  },
) => {
  const table = tableOf(projection);
  const cache = new Map<string, Doc | undefined>();
  let applied: string | undefined;
  let waiters: readonly Waiter[] = [];
  let markCaughtUp: () => void = () => undefined;
  const caughtUp = new Promise<void>((resolve) => {
    markCaughtUp = resolve;
  });

  const docOf = async (key: string): Promise<Doc | undefined> =>
    cache.has(key) ? cache.get(key) : ((await readModels.get(table, key)) as Doc | undefined);

  const apply = async (events: readonly FeedEvent[]): Promise<void> => {
    const touched = new Map<string, Doc | undefined>();
    for (const event of events) {
      const key = projection.keyOf(event);
      if (key === undefined) continue;
      const doc = touched.has(key) ? touched.get(key) : await docOf(key);
      touched.set(key, projection.evolve(doc, event));
    }
    const last = events.at(-1);
    if (last === undefined) return;
    await readModels.write(table, [...touched].map(rowOf), last.position);
    if (events.some(({ type }) => type === 'SessionForgotten')) purge();
    for (const [key, doc] of touched) {
      cache.delete(key);
      cache.set(key, doc);
    }
    while (cache.size > CACHED_DOCS) cache.delete(cache.keys().next().value ?? '');
    reached(last.position);
  };

  /** Not waited for: the views are right already, and serve meanwhile. */
  const purge = (): void => {
    readModels.purge().catch((error: unknown) => {
      log.warn({ projection: table, error: String(error) }, 'what was forgotten is not off the disk yet');
    });
  };

  const rowOf = ([key, doc]: readonly [string, Doc | undefined]): Row => ({
    key,
    doc,
    indexes: doc === undefined ? {} : projection.indexes(doc),
  });

  const reached = (position: string): void => {
    applied = position;
    const isIn = (waiter: Waiter) => comparePositions(waiter.position, position) <= 0;
    for (const waiter of waiters.filter(isIn)) waiter.resolve();
    waiters = waiters.filter((waiter) => !isIn(waiter));
  };

  const follow = async (): Promise<void> => {
    const checkpoint = await readModels.checkpoint(table);
    if (checkpoint !== undefined) reached(checkpoint);
    const options = checkpoint === undefined ? { signal } : { after: checkpoint, signal };
    for await (const batch of feed.subscribe(options)) {
      await apply(batch.events);
      if (batch.caughtUp) markCaughtUp();
    }
  };

  /** Storage that fails is tried again from the last checkpoint; nothing is skipped. */
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await follow();
      } catch (error) {
        cache.clear();
        log.warn(
          { projection: table, error: String(error) },
          'projection stopped; going on from its checkpoint',
        );
        await pause(retryMs, signal);
      }
    }
  };
  const running = run();

  /** Resolves when the event at `position` is in the view, or after `timeoutMs`, whichever is first. */
  const waitFor = (position: string, timeoutMs: number): Promise<void> => {
    if (applied !== undefined && comparePositions(position, applied) <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        waiters = waiters.filter((other) => other !== waiter);
        resolve();
      }, timeoutMs);
      const waiter: Waiter = {
        position,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      waiters = [...waiters, waiter];
    });
  };

  return {
    caughtUp,
    waitFor,
    stopped: running,
    get: (key: string): Promise<Doc | undefined> => readModels.get(table, key) as Promise<Doc | undefined>,
    find: (index: string, value: string): Promise<readonly Doc[]> =>
      readModels.find(table, index, value) as Promise<readonly Doc[]>,
  };
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });

export type Projector<Doc> = ReturnType<typeof startProjector<Doc>>;
