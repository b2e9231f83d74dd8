import type { EventFeed } from '../../projections/ports.ts';
import type { Projection } from '../../projections/projection.ts';

/** Every document of a projection as the log makes it, up to its present end. Nothing is kept or written. */
export const foldLog = async <Doc>(
  projection: Projection<Doc>,
  feed: EventFeed,
): Promise<ReadonlyMap<string, Doc>> => {
  const docs = new Map<string, Doc>();
  const { ignores: without } = projection;
  const stop = new AbortController();
  const options = { signal: stop.signal, batchSize: 1_000, ...(without === undefined ? {} : { without }) };
  for await (const { events, caughtUp } of feed.subscribe(options)) {
    for (const event of events) {
      const key = projection.keyOf(event);
      const doc = key === undefined ? undefined : projection.evolve(docs.get(key), event);
      if (key !== undefined && doc !== undefined) docs.set(key, doc);
    }
    if (caughtUp) break;
  }
  return docs;
};
