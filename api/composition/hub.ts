import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { sessionOfStream } from '../../commands/event-codec.ts';
import type { EventStore, ReadError, StoredEvent } from '../../commands/ports/event-store.ts';
import type { VolatileSink } from '../../commands/process-managers/context.ts';
import type { Reader } from '../../commands/reader.ts';
import { sessionStream } from '../../domain/session/events.ts';
import type { PublicEvent } from '../../projections/live.ts';
import type { EventFeed, FeedEvent } from '../../projections/ports.ts';
import type { VolatileText } from '../application.ts';
import { countUpTo, unitOf } from './positions.ts';

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
export const createFeed = (store: EventStore, reader: Reader): EventFeed => {
  let unit: 'bytes' | undefined;
  const counted = (position: string): number => {
    // A log holds positions of one kind only: any of them says which.
    unit = unitOf(position) === 'bytes' ? 'bytes' : undefined;
    return countUpTo(position);
  };
  return {
    subscribe: async function* (options) {
      for await (const { events, caughtUp } of store.subscribeAll(options)) {
        const decoded = await reader.decodeAll(events)();
        if (E.isLeft(decoded)) throw new Error(decoded.left.message);
        yield { events: decoded.right.map(toFeed), caughtUp };
      }
    },
    count: async (upTo) => {
      if (upTo !== undefined) return counted(upTo);
      const head = await store.head()();
      if (E.isLeft(head)) throw new Error(head.left.message);
      return head.right === undefined ? 0 : counted(head.right);
    },
    unit: () => unit,
  };
};

type Listeners<A> = Map<string, Set<(value: A) => void>>;

const subscribe = <A>(listeners: Listeners<A>, key: string, listener: (value: A) => void): (() => void) => {
  const set = listeners.get(key) ?? new Set();
  listeners.set(key, set.add(listener));
  return () => {
    set.delete(listener);
    if (set.size === 0 && listeners.get(key) === set) listeners.delete(key);
  };
};

/** Between two tries to reach a log that is away. */
const ASK_AGAIN_MS = 500;
/** Events read at a time while the end of a stream is looked for. */
const PAGE = 500;

type HubOptions = {
  readonly signal: AbortSignal;
  /** Last revision of a stream that was folded by this process; -1 before the first. */
  readonly headOf: (stream: string) => number;
};

/**
 * One subscription to the log for all websockets of this process, from its end at the start: heads of sessions, and
 * events to who listens. What was before is known to the directory, or is asked of the log.
 */
export const startHub = (store: EventStore, reader: Reader, { signal, headOf }: HubOptions) => {
  const heads = new Map<string, number>();
  const events: Listeners<PublicEvent> = new Map();
  const texts: Listeners<VolatileText> = new Map();

  const follow = async (): Promise<void> => {
    const end = await endOfLog(store, signal);
    if (end === undefined) return;
    for await (const batch of store.subscribeAll({ signal, ...end })) {
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

  const head = (sessionId: string): number =>
    Math.max(heads.get(sessionId) ?? -1, headOf(sessionStream(sessionId)));

  const volatile: VolatileSink = (sessionId, text) => {
    for (const listener of texts.get(sessionId) ?? []) listener(text);
  };

  return {
    stopped: follow(),
    volatile,
    /** As far as this process has heard. */
    head,
    /** As the log has it. */
    findHead: (sessionId: string) => findHead(store, sessionId, head(sessionId)),
    /** The same; as far as this process has heard while the log is away, which is as far as anybody can tell. */
    findHeadOrHeard: async (sessionId: string): Promise<number> => {
      const found = await findHead(store, sessionId, head(sessionId))();
      return E.isRight(found) ? found.right : head(sessionId);
    },
    onEvent: (sessionId: string, listener: (event: PublicEvent) => void) =>
      subscribe(events, sessionId, listener),
    onVolatile: (sessionId: string, listener: (text: VolatileText) => void) =>
      subscribe(texts, sessionId, listener),
  };
};

/** Last revision of a session's stream as the log has it, going on from what is known of it; -1 where there is none. */
export const findHead = (
  store: Pick<EventStore, 'readStream'>,
  sessionId: string,
  known = -1,
): TE.TaskEither<ReadError, number> =>
  pipe(
    store.readStream(sessionStream(sessionId), { from: known + 1, limit: PAGE }),
    TE.flatMap((read) => {
      const last = read.at(-1)?.revision ?? known;
      return read.length < PAGE ? TE.right(last) : findHead(store, sessionId, last);
    }),
  );

/** Where what is appended from now on begins; `undefined` when it was called off before the log could be asked. */
const endOfLog = async (
  store: Pick<EventStore, 'head'>,
  signal: AbortSignal,
): Promise<{ readonly after?: string } | undefined> => {
  while (!signal.aborted) {
    const head = await store.head()();
    if (E.isRight(head)) return head.right === undefined ? {} : { after: head.right };
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
  return undefined;
};
