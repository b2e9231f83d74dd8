import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { Json, NewEvent, StoredEvent } from './ports/event-store.ts';

/** What the first event of a stream seals. */
export const FIRST_SEAL = '0'.repeat(64);

type Unsealed = Omit<NewEvent, 'metadata'> & { readonly metadata: Omit<NewEvent['metadata'], 'seal'> };

/**
 * SHA-256 over the previous seal and this event as it is stored, personal fields encrypted: a history stays provable
 * after its words were forgotten.
 */
export const sealOf = (previous: string, stream: string, revision: number, event: Unsealed): string => {
  const { id, type, data, metadata } = event;
  const { seal: _own, ...rest } = metadata as NewEvent['metadata'];
  const content = canonicalJson({ previous, stream, revision, id, type, data, metadata: rest as Json });
  return createHash('sha256').update(content).digest('hex');
};

export type SealCheck = {
  readonly events: number;
  readonly firstBad?: { readonly pos: number; readonly reason: string };
};

/** Checks a whole stream, in order from revision 0, and names the first event that does not fit. */
export const verifySeals = (events: readonly StoredEvent[]): SealCheck => {
  let previous = FIRST_SEAL;
  for (const [index, event] of events.entries()) {
    if (event.revision !== index) {
      return {
        events: events.length,
        firstBad: { pos: index, reason: `expected revision ${index}, found ${event.revision}` },
      };
    }
    if (sealOf(previous, event.stream, event.revision, event) !== event.metadata.seal) {
      return {
        events: events.length,
        firstBad: { pos: index, reason: 'the seal does not fit the event and the one before it' },
      };
    }
    previous = event.metadata.seal;
  }
  return { events: events.length };
};
