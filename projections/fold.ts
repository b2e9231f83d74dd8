import type { FeedEvent, Row } from './ports.ts';
import type { Projection } from './projection.ts';

export type Position = string | undefined;
export type ComparePositions = (a: string, b: string) => number;

/** What has changed since the last write, and how far it goes. */
export type Pending = { readonly rows: readonly Row[]; readonly checkpoint?: string };

export type FoldOptions = {
  /** The table's checkpoint. */
  readonly from: Position;
  readonly load: (key: string) => Promise<unknown>;
  readonly comparePositions: ComparePositions;
  /** Documents that stay in memory after a write, so that a busy session is not read back for each of its events. */
  readonly keep: number;
};

/**
 * One table's documents as events are folded into them, in memory until they are written. Whoever meets an error
 * throws the fold away and makes another one from the table's checkpoint.
 */
export const createFold = <Doc>(
  projection: Projection<Doc>,
  { from, load, comparePositions, keep }: FoldOptions,
) => {
  const docs = new Map<string, Doc | undefined>();
  const changed = new Set<string>();
  let position = from;
  let unwritten = 0;

  const apply = async (events: readonly FeedEvent[]): Promise<void> => {
    for (const event of events) {
      // Delivered again: everything up to here is in.
      if (position !== undefined && comparePositions(event.position, position) <= 0) continue;
      position = event.position;
      unwritten += 1;
      const key = projection.keyOf(event);
      if (key === undefined) continue;
      const doc = docs.has(key) ? docs.get(key) : ((await load(key)) as Doc | undefined);
      docs.set(key, projection.evolve(doc, event));
      changed.add(key);
    }
  };

  const rowOf = (key: string): Row => {
    const doc = docs.get(key);
    return { key, doc, indexes: doc === undefined ? {} : projection.indexes(doc) };
  };

  const pending = (): Pending => ({
    rows: [...changed].map(rowOf),
    ...(position === undefined ? {} : { checkpoint: position }),
  });

  /** Those used last are the last to go. */
  const forgetSome = (): void => {
    for (const key of changed) {
      const doc = docs.get(key);
      docs.delete(key);
      docs.set(key, doc);
    }
    for (const key of docs.keys()) {
      if (docs.size <= keep) return;
      docs.delete(key);
    }
  };

  return {
    apply,
    pending,
    position: (): Position => position,
    unwritten: () => ({ events: unwritten, docs: changed.size }),
    /** Has everything pending written, unless there is nothing new. */
    flush: async (write: (rows: readonly Row[], checkpoint: string) => Promise<void>): Promise<void> => {
      if (position === undefined || unwritten === 0) return;
      await write(pending().rows, position);
      forgetSome();
      changed.clear();
      unwritten = 0;
    },
  };
};
