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
  /** Those that were looked at: all, or up to the first that does not fit. */
  readonly events: number;
  readonly firstBad?: {
    readonly pos: number;
    /** Absent where the event itself is missing. */
    readonly type?: string;
    readonly reason: string;
    /** Seals, or revisions where the stream has a hole. */
    readonly expected: string;
    readonly actual: string;
  };
};

type SoFar = SealCheck & { readonly seal: string };

const NOTHING_CHECKED: SoFar = { events: 0, seal: FIRST_SEAL };

/** A stream's seals, page by page from revision 0: hand back what it answered with the page that follows. */
export const checkSeals = (events: readonly StoredEvent[], before: SoFar = NOTHING_CHECKED): SoFar => {
  let { seal } = before;
  for (const [index, event] of events.entries()) {
    const pos = before.events + index;
    const firstBad = misfit(event, pos, seal);
    if (firstBad !== undefined) return { events: pos + 1, seal, firstBad };
    seal = event.metadata.seal;
  }
  return { events: before.events + events.length, seal };
};

const misfit = (event: StoredEvent, pos: number, previous: string): SealCheck['firstBad'] => {
  if (event.revision !== pos) {
    const [expected, actual] = [`${pos}`, `${event.revision}`];
    return { pos, reason: `expected revision ${expected}, found ${actual}`, expected, actual };
  }
  const expected = sealOf(previous, event.stream, event.revision, event);
  const actual = event.metadata.seal;
  if (expected === actual) return undefined;
  const reason = 'the seal does not fit the event and the one before it';
  return { pos, type: event.type, reason, expected, actual };
};

/** Checks a whole stream, in order from revision 0, and names the first event that does not fit. */
export const verifySeals = (events: readonly StoredEvent[]): SealCheck => {
  const { seal: _last, ...check } = checkSeals(events);
  return check;
};
