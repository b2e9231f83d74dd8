import { isKnownType } from '../domain/schema.ts';
import type { FeedEvent } from './ports.ts';
import type { ProjectorLog } from './projector-deps.ts';

/** An event nobody here knows stands in the way of a rebuild, which would leave it out for good. */
export class UnknownEventType extends Error {
  override readonly name = 'UnknownEventType';
}

export const requireKnown = (events: readonly FeedEvent[]): void => {
  const unknown = events.find(({ type }) => !isKnownType(type));
  if (unknown === undefined) return;
  const { type, position, stream, pos } = unknown;
  throw new UnknownEventType(
    `The event at position ${position} (${stream}, revision ${pos}) is a ${type}, which this release does not know. ` +
      'Rebuild with the release that wrote it, or a later one; until then what serves goes on serving.',
  );
};

/** What a view that serves passes over: counted, and said once per type. */
export const createUnknownEvents = (log: ProjectorLog) => {
  const counts = new Map<string, Map<string, number>>();
  const said = new Set<string>();

  const note = (projection: string, { type, position }: FeedEvent): void => {
    const ofProjection = counts.get(projection) ?? new Map<string, number>();
    counts.set(projection, ofProjection.set(type, (ofProjection.get(type) ?? 0) + 1));
    if (said.has(type)) return;
    said.add(type);
    log.warn(
      { type, position },
      `the log holds ${type} events, which this release does not know; views pass over them`,
    );
  };

  return {
    note: (projection: string, events: readonly FeedEvent[]): void => {
      for (const event of events) if (!isKnownType(event.type)) note(projection, event);
    },
    of: (projection: string): Readonly<Record<string, number>> =>
      Object.fromEntries(counts.get(projection) ?? []),
  };
};

export type UnknownEvents = ReturnType<typeof createUnknownEvents>;
