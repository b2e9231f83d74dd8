import * as TaskEither from 'fp-ts/lib/TaskEither.js';
import { expect, test } from 'vitest';
import type { EventStore, StoredEvent } from '../../commands/ports/event-store.ts';
import { createBell } from './bell.ts';
import { unavailable } from './sqlite-errors.ts';
import { subscription } from './subscription.ts';
import { anEvent, aStream } from './testing.ts';

const log: readonly StoredEvent[] = Array.from({ length: 5 }, (_, index) => ({
  ...anEvent({ index }),
  stream: aStream(),
  revision: 0,
  position: `${index}`,
}));

/** A log whose reads fail where `fails` says so, counted from 0. */
const unreliable = (fails: (read: number) => boolean): EventStore['readAll'] => {
  let reads = 0;
  return ({ after, limit }) => {
    reads += 1;
    if (fails(reads - 1)) return TaskEither.left(unavailable('the disk is away'));
    const from = log.findIndex(({ position }) => position === after) + 1;
    return TaskEither.right(log.slice(from, from + limit));
  };
};

test('reads that fail are tried again from the last position delivered, and reported', async () => {
  const stop = new AbortController();
  const warnings: string[] = [];
  const logger = { warn: (_: object, message: string) => warnings.push(message) };
  const seen: StoredEvent[] = [];
  const readAll = unreliable((read) => read === 0 || read === 2);
  for await (const { events } of subscription(
    readAll,
    createBell(),
    { batchSize: 2, signal: stop.signal },
    logger,
  )) {
    seen.push(...events);
    if (seen.length === log.length) stop.abort();
  }
  expect(seen).toEqual(log);
  expect(warnings).toHaveLength(2);
});

test('it ends while it waits for a store that is away, when it is aborted', async () => {
  const stop = new AbortController();
  const batches = subscription(
    unreliable(() => true),
    createBell(),
    { signal: stop.signal },
  );
  const waiting = batches.next();
  stop.abort();
  expect((await waiting).done).toBe(true);
});

test('a ring between the read and the wait is not missed', async () => {
  const bell = createBell();
  const heard = bell.rings();
  bell.ring();
  await bell.wait(heard, 2 ** 30, new AbortController().signal);
});
