import * as E from 'fp-ts/lib/Either.js';
import type { EventStore, NewEvent, StoredEvent } from '../ports/event-store.ts';

type Batch = { readonly events: readonly StoredEvent[]; readonly caughtUp: boolean };

/** The event store's port kept in memory; passes the same contract suite as the adapters. */
export const createMemoryEventStore = (): EventStore & { readonly all: () => readonly StoredEvent[] } => {
  const log: StoredEvent[] = [];
  let waiting: (() => void)[] = [];

  const streams = new Map<string, StoredEvent[]>();
  const eventsOf = (stream: string): readonly StoredEvent[] => streams.get(stream) ?? [];

  const append: EventStore['append'] = (stream, expected, events) => async () => {
    const kept = eventsOf(stream);
    const actual = kept.length - 1;
    const before = kept.slice(expected + 1, expected + 1 + events.length);
    const isRepeat =
      expected < actual &&
      before.length === events.length &&
      before.every((event, index) => event.id === events[index]?.id);
    if (expected !== actual && !isRepeat)
      return E.left({ tag: 'RevisionConflict', stream, expected, actual } as const);
    if (!isRepeat) for (const event of events) keep(event, stream);
    for (const wake of waiting.splice(0)) wake();
    const last = eventsOf(stream)[expected + events.length];
    return E.right({ revision: expected + events.length, position: last?.position ?? '0' });
  };

  const keep = (event: NewEvent, stream: string): void => {
    const revision = eventsOf(stream).length;
    const copy = JSON.parse(JSON.stringify(event)) as NewEvent;
    const stored = { ...copy, stream, revision, position: String(log.length + 1) };
    log.push(stored);
    streams.set(stream, [...eventsOf(stream), stored]);
  };

  const appended = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      waiting = [...waiting, resolve];
      signal.addEventListener('abort', () => resolve(), { once: true });
    });

  async function* subscribeAll({
    after = '0',
    signal,
    batchSize = 500,
  }: Parameters<EventStore['subscribeAll']>[0]): AsyncGenerator<Batch, void, undefined> {
    let at = Number(after);
    let told = false;
    while (!signal.aborted) {
      const events = log.slice(at, at + batchSize);
      at += events.length;
      const caughtUp = at === log.length;
      if (events.length > 0 || !told) {
        told ||= caughtUp;
        yield { events, caughtUp };
      } else await appended(signal);
    }
  }

  return {
    all: () => log,
    append,
    readStream:
      (stream, { from = 0, limit = Number.POSITIVE_INFINITY } = {}) =>
      async () =>
        E.right(eventsOf(stream).slice(from, from + limit)),
    readAll:
      ({ after = '0', limit }) =>
      async () =>
        E.right(log.slice(Number(after), Number(after) + limit)),
    subscribeAll,
    head: () => async () => E.right(log.at(-1)?.position),
    close: async () => undefined,
  };
};
