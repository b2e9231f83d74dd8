import { randomUUID } from 'node:crypto';
import * as Either from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { EventStore, NewEvent, StoredEvent } from '../../commands/ports/event-store.ts';

export const anEvent = (data: NewEvent['data'] = {}, id: string = randomUUID()): NewEvent => ({
  id,
  type: 'AgentSaid',
  data,
  metadata: {
    causationId: randomUUID(),
    correlationId: randomUUID(),
    actor: 'process-manager:turns',
    at: '2026-01-02T03:04:05.678Z',
    schema: 1,
    seal: 'a'.repeat(64),
  },
});

export const someEvents = (count: number): readonly NewEvent[] =>
  Array.from({ length: count }, (_, index) => anEvent({ index }));

export const aStream = (): string => `session-${randomUUID()}`;

/** The right side, or the test fails with the left one. */
export const right = async <E, A>(task: TaskEither<E, A>): Promise<A> => {
  const result = await task();
  if (Either.isLeft(result)) throw new Error(`expected a success, got ${JSON.stringify(result.left)}`);
  return result.right;
};

/** The left side, or the test fails with the right one. */
export const left = async <E, A>(task: TaskEither<E, A>): Promise<E> => {
  const result = await task();
  if (Either.isRight(result)) throw new Error(`expected a refusal, got ${JSON.stringify(result.right)}`);
  return result.left;
};

/** Every event after `after` in `store`, in batches of `batchSize`, until `count` have come. */
export const subscribeUntil = async (
  store: EventStore,
  count: number,
  options: { readonly after?: string; readonly batchSize?: number } = {},
): Promise<readonly StoredEvent[]> => {
  const stop = new AbortController();
  const seen: StoredEvent[] = [];
  for await (const { events } of store.subscribeAll({ ...options, signal: stop.signal })) {
    seen.push(...events);
    if (seen.length >= count) stop.abort();
  }
  return seen;
};

/** `{ after }`, or nothing for the start: what a head means to a read. */
export const from = (position: string | undefined): { readonly after?: string } =>
  position === undefined ? {} : { after: position };
