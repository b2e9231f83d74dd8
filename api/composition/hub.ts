import * as E from 'fp-ts/lib/Either.js';
import { sessionOfStream } from '../../commands/event-codec.ts';
import type { EventStore, StoredEvent } from '../../commands/ports/event-store.ts';
import type { VolatileSink } from '../../commands/process-managers/context.ts';
import type { Reader } from '../../commands/reader.ts';
import type { PublicEvent } from '../../projections/live.ts';
import type { EventFeed, FeedEvent } from '../../projections/ports.ts';
import type { VolatileText } from '../application.ts';
import { countUpTo } from './positions.ts';

export const toPublic = ({ revision, id, type, data, metadata }: StoredEvent): PublicEvent => ({
  pos: revision,
  id,
  type,
  data,
  at: metadata.at,
  actor: metadata.actor,
  causationId: metadata.causationId,
});

const toFeed = ({ stream, revision, position, id, type, data, metadata }: StoredEvent): FeedEvent => ({
  pos: revision,
  id,
  type,
  data,
  at: metadata.at,
  actor: metadata.actor,
  causationId: metadata.causationId,
  stream,
  position,
});

/** The log, decoded, as projections read it. A vault that cannot be read stops the feed: nothing is passed over. */
export const createFeed = (store: EventStore, reader: Reader): EventFeed => ({
  subscribe: async function* (options) {
    for await (const { events, caughtUp } of store.subscribeAll(options)) {
      const decoded = await reader.decodeAll(events)();
      if (E.isLeft(decoded)) throw new Error(decoded.left.message);
      yield { events: decoded.right.map(toFeed), caughtUp };
    }
  },
  count: async (upTo) => {
    if (upTo !== undefined) return countUpTo(upTo);
    const head = await store.head()();
    if (E.isLeft(head)) throw new Error(head.left.message);
    return head.right === undefined ? 0 : countUpTo(head.right);
  },
});

type Listeners<A> = Map<string, Set<(value: A) => void>>;

const subscribe = <A>(listeners: Listeners<A>, key: string, listener: (value: A) => void): (() => void) => {
  const set = listeners.get(key) ?? new Set();
  listeners.set(key, set.add(listener));
  return () => {
    set.delete(listener);
    if (set.size === 0 && listeners.get(key) === set) listeners.delete(key);
  };
};

/** One subscription to the log for all websockets of this process: heads of sessions, and events to who listens. */
export const startHub = (store: EventStore, reader: Reader, signal: AbortSignal) => {
  const heads = new Map<string, number>();
  const events: Listeners<PublicEvent> = new Map();
  const texts: Listeners<VolatileText> = new Map();

  const follow = async (): Promise<void> => {
    for await (const batch of store.subscribeAll({ signal })) {
      for (const event of batch.events) await publish(event);
    }
  };

  const publish = async (event: StoredEvent): Promise<void> => {
    const sessionId = sessionOfStream(event.stream);
    if (sessionId === undefined) return;
    const listeners = events.get(sessionId);
    const decoded = listeners === undefined ? undefined : await reader.decode(event)();
    heads.set(sessionId, event.revision);
    if (listeners === undefined || decoded === undefined) return;
    // A client that does not get an event sees the gap at the next one, or in the heartbeat, and asks for it.
    if (E.isLeft(decoded)) return;
    const published = toPublic(decoded.right);
    for (const listener of listeners) listener(published);
  };

  const volatile: VolatileSink = (sessionId, text) => {
    for (const listener of texts.get(sessionId) ?? []) listener(text);
  };

  return {
    stopped: follow(),
    volatile,
    head: (sessionId: string): number => heads.get(sessionId) ?? -1,
    onEvent: (sessionId: string, listener: (event: PublicEvent) => void) =>
      subscribe(events, sessionId, listener),
    onVolatile: (sessionId: string, listener: (text: VolatileText) => void) =>
      subscribe(texts, sessionId, listener),
  };
};
