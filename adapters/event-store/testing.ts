import { randomUUID } from 'node:crypto';
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
