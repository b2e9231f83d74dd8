import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PROJECTIONS } from '../../../api/composition/projection-list.ts';
import { canonicalJson } from '../../../commands/canonical-json.ts';
import type { Json } from '../../../commands/ports/event-store.ts';
import type { FeedEvent } from '../../../projections/ports.ts';
import type { Projection } from '../../../projections/projection.ts';

/** What the views say that a server left, where it is not what its log folds to: an event applied twice, or never. */
export const wrongViews = (dataDir: string, feed: readonly FeedEvent[]): readonly string[] => {
  const views = new DatabaseSync(join(dataDir, 'log', 'views.db'), { readOnly: true });
  const rows = views.prepare(
    `SELECT key, doc FROM rows JOIN tables ON tables.name = tbl WHERE projection = ? AND role = 'serving'`,
  );
  try {
    return PROJECTIONS.flatMap((projection) => {
      const kept = new Map(
        rows.all(projection.name).map(({ key, doc }) => [String(key), JSON.parse(String(doc))]),
      );
      const folded = fold(projection, feed);
      return [...new Set([...kept.keys(), ...folded.keys()])]
        .filter((key) => text(kept.get(key)) !== text(folded.get(key)))
        .map((key) => `${projection.name} of ${key} is not what the log says`);
    });
  } finally {
    views.close();
  }
};

const fold = <Doc>(
  { keyOf, evolve }: Projection<Doc>,
  feed: readonly FeedEvent[],
): ReadonlyMap<string, Doc> => {
  const docs = new Map<string, Doc>();
  for (const event of feed) {
    const key = keyOf(event);
    if (key === undefined) continue;
    const doc = evolve(docs.get(key), event);
    if (doc === undefined) docs.delete(key);
    else docs.set(key, doc);
  }
  return docs;
};

const text = (doc: unknown): string =>
  doc === undefined ? 'nothing' : canonicalJson(JSON.parse(JSON.stringify(doc)) as Json);
