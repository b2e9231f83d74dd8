import type { FeedEvent, Row, Written } from './ports.ts';
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
  /**
   * How much stays in memory between writes, so that a busy session is not read back for each of its events. A document
   * is taken to weigh as many events as its stream has: some 500 bytes each where it keeps every word, less elsewhere.
   */
  readonly keepWeight: number;
};

/** Mutable, as it changes with every event of a long log. */
type Held<Doc> = { readonly key: string; doc: Doc | undefined; weight: number; isChanged: boolean };

/**
 * One table's documents as events are folded into them, in memory until they are written. Whoever meets an error
 * throws the fold away and makes another one from the table's checkpoint.
 */
export const createFold = <Doc>(
  projection: Projection<Doc>,
  { from, load, comparePositions, keepWeight }: FoldOptions,
) => {
  const held = new Map<string, Held<Doc>>();
  let changed: Held<Doc>[] = [];
  let position = from;
  const unwritten = { events: 0, weight: 0 };

  const read = async (key: string): Promise<Held<Doc>> => {
    const entry = { key, doc: (await load(key)) as Doc | undefined, weight: 0, isChanged: false };
    held.set(key, entry);
    return entry;
  };

  const change = (entry: Held<Doc>, event: FeedEvent): void => {
    const after = projection.evolve(entry.doc, event);
    // Most events concern a document that many streams share without changing it.
    if (after === entry.doc) return;
    entry.doc = after;
    const weight = event.pos + 1;
    unwritten.weight += entry.isChanged ? weight - entry.weight : weight;
    entry.weight = weight;
    if (entry.isChanged) return;
    entry.isChanged = true;
    changed.push(entry);
  };

  const apply = async (events: readonly FeedEvent[]): Promise<void> => {
    for (const event of events) {
      // Delivered again: everything up to here is in.
      if (position !== undefined && comparePositions(event.position, position) <= 0) continue;
      const key = projection.keyOf(event);
      if (key !== undefined) change(held.get(key) ?? (await read(key)), event);
      position = event.position;
      unwritten.events += 1;
    }
  };

  const pending = (): Pending => ({
    rows: changed.map(({ key, doc }) => ({
      key,
      doc,
      indexes: doc === undefined ? {} : projection.indexes(doc),
    })),
    ...(position === undefined ? {} : { checkpoint: position }),
  });

  /** The documents used last are the last to go. */
  const settle = (): void => {
    for (const entry of changed) {
      entry.isChanged = false;
      held.delete(entry.key);
      held.set(entry.key, entry);
    }
    changed = [];
    unwritten.events = 0;
    unwritten.weight = 0;
    let weight = 0;
    for (const entry of held.values()) weight += entry.weight;
    for (const entry of held.values()) {
      if (weight <= keepWeight) return;
      held.delete(entry.key);
      weight -= entry.weight;
    }
  };

  return {
    apply,
    pending,
    position: (): Position => position,
    unwritten: (): { readonly events: number; readonly weight: number } => unwritten,
    /** Has everything pending written, unless there is nothing new. */
    flush: async (write: (rows: readonly Row[], checkpoint: string) => Promise<Written>): Promise<void> => {
      if (position === undefined || unwritten.events === 0) return;
      const written = await write(pending().rows, position);
      settle();
      // A row that was read here may have held events that were applied to it once more.
      if (written === 'elsewhere') held.clear();
    },
  };
};
