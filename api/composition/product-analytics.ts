import { isLeft } from 'fp-ts/lib/Either.js';
import {
  openProductEvents,
  type ProductEvent,
  type ProductEvents,
} from '../../adapters/analytics/product-events.ts';
import { sessionOfStream } from '../../commands/event-codec.ts';
import { type Derive, slugOf } from '../../commands/identifiers.ts';
import type { EventStore, StoredEvent } from '../../commands/ports/event-store.ts';
import { resourceName } from '../../domain/services.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import type { SessionState } from '../../domain/session/state.ts';
import type { Config } from '../config.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Logger } from '../log.ts';

type Parts = {
  readonly store: EventStore;
  readonly derive: Derive;
  readonly session: (sessionId: string) => SessionState | undefined;
  readonly events: ProductEvents;
  readonly signal: AbortSignal;
};

/** Begins to tell PostHog of ourselves, where it is configured, and stops with the server. */
export const startProductAnalytics = (
  { services: { posthog } }: Config,
  {
    logger,
    shutdown,
    ...parts
  }: Pick<Parts, 'store' | 'derive' | 'session'> & {
    readonly logger: Logger;
    readonly shutdown: Shutdown;
  },
): void => {
  if (posthog === undefined) return;
  const events = openProductEvents({ ...posthog, log: logger.child({ part: 'product events' }) });
  shutdown.defer('product events', events.close);
  const stopping = new AbortController();
  const told = tellProductEvents({ ...parts, events, signal: stopping.signal });
  shutdown.defer('product events of the log', () => {
    stopping.abort();
    return told;
  });
};

/**
 * Tells PostHog what became of visitors, from the log and from the moment of the start on: what is new in it, not what
 * it held already. Resolves when the signal aborts.
 */
const tellProductEvents = async ({ store, derive, session, events, signal }: Parts): Promise<void> => {
  const head = await store.head()();
  // A log that cannot be read has its own alarm; without its head we would tell everything again.
  if (isLeft(head)) return;
  const after = head.right === undefined ? {} : { after: head.right };
  for await (const batch of store.subscribeAll({ ...after, signal }))
    for (const stored of batch.events) {
      const event = productEvent(stored, derive, session);
      if (event !== undefined) events.record(event);
    }
};

const productEvent = (
  { stream, id, type, data, metadata }: StoredEvent,
  derive: Derive,
  session: Parts['session'],
): ProductEvent | undefined => {
  const sessionId = sessionOfStream(stream);
  if (sessionId === undefined) return undefined;
  const state = session(sessionId);
  const of = (visitor: string | undefined) => ({
    uuid: id,
    at: metadata.at,
    app: resourceName(slugOf(sessionId)),
    visitor: derive('analytics-visitor', visitor ?? sessionId).slice(0, 22),
  });
  const event = { type, data } as unknown as SessionEvent;
  switch (event.type) {
    case 'SandboxClaimed': {
      const { owner, source } = event.data;
      return { event: 'session claimed', ...of(owner), properties: { source } };
    }
    case 'TurnFinished': {
      const turns = state?.turns ?? [];
      if (turns[0]?.turnId !== event.data.turnId) return undefined;
      return { event: 'first turn finished', ...of(state?.owners[0]), properties: {} };
    }
    case 'TurnFailed': {
      const { code, retryable } = event.data.error;
      const isFirst = state?.turns[0]?.turnId === event.data.turnId;
      const properties = { code, retryable, isFirst };
      return { event: 'turn failed', ...of(state?.owners[0]), properties };
    }
    default:
      return undefined;
  }
};
