import { isRight } from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { EventStore } from '../../commands/ports/event-store.ts';
import type { Durations } from '../../projections/operator-views.ts';
import { counted, durationsOf, EMPTY, type Histogram } from '../../projections/ops-view/histogram.ts';

/**
 * How long a failed append speaks for the store. Whoever is told that it is down stays away, so that no append would
 * ever show that it is up again.
 */
const FAILURE_SPEAKS_MS = 10_000;

export type StoreFacts = {
  readonly state: 'up' | 'down';
  readonly appends: { readonly done: number; readonly failed: number; readonly took: Durations };
};

/** The store, and how its appends and reads go. A lost race is an answer like any other. */
export const observeStore = (
  store: EventStore,
  now: () => number = () => performance.now(),
): { readonly store: EventStore; readonly facts: () => StoreFacts } => {
  let took: Histogram = EMPTY;
  let failed = 0;
  let lastFailedAppend: number | undefined;
  let isReadable = true;

  const noteAppend = (startedAt: number, isDone: boolean): void => {
    took = isDone ? counted(took, now() - startedAt) : took;
    failed += isDone ? 0 : 1;
    lastFailedAppend = isDone ? undefined : now();
  };

  const reading =
    <E, A>(task: TaskEither<E, A>): TaskEither<E, A> =>
    async () => {
      const result = await task();
      isReadable = isRight(result);
      return result;
    };

  return {
    store: {
      ...store,
      append: (stream, expected, events) => async () => {
        const startedAt = now();
        const result = await store.append(stream, expected, events)();
        if (isRight(result)) noteAppend(startedAt, true);
        else if (result.left.tag !== 'RevisionConflict') noteAppend(startedAt, false);
        return result;
      },
      readStream: (stream, range) => reading(store.readStream(stream, range)),
      readAll: (range) => reading(store.readAll(range)),
      head: () => reading(store.head()),
    },
    facts: () => ({
      state: isReadable && isOver(lastFailedAppend, now()) ? 'up' : 'down',
      appends: { done: took.count, failed, took: durationsOf(took) },
    }),
  };
};

const isOver = (failedAt: number | undefined, now: number): boolean =>
  failedAt === undefined || now - failedAt > FAILURE_SPEAKS_MS;
