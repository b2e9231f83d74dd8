import { createFold, type Pending, type Position } from './fold.ts';
import { startingAfter, withoutIgnored } from './follow.ts';
import { checkpointOf } from './overtaken.ts';
import type { FeedEvent, Table } from './ports.ts';
import { type BuildProgress, createProgress } from './progress.ts';
import type { Projection } from './projection.ts';
import type { ProjectorDeps } from './projector-deps.ts';
import { requireKnown } from './unknown-events.ts';

/** Large, since every batch costs a turn of the event loop; small enough that others are served in between. */
const BATCH = 1_000;
/** Rows are written when so many events have gone by, which is all that a crash costs, or so much is in memory. */
const MAX_EVENTS = 20_000;
const MAX_WEIGHT = 200_000;

/** What readers see now, and how to hold it where it is. */
export type Readers = {
  readonly applied: () => Position;
  /** Nothing new reaches readers from when it resolves until its result is called. */
  readonly hold: () => Promise<() => void>;
  /** Writes the last rows and switches readers over, in one transaction. */
  readonly switchOver: (last: Pending) => Promise<void>;
};

/**
 * Brings a table up to the end of the log and lets it serve: a new one from the start, one that was cut off or kept
 * from its checkpoint. Throws `UnknownEventType` at an event that it would have to leave out, `TableDropped`
 * where another server has begun another build.
 */
export const build = async <Doc>(
  projection: Projection<Doc>,
  table: Table,
  { feed, readModels, signal, comparePositions }: ProjectorDeps,
  readers: Readers,
  on: {
    readonly started: (progress: BuildProgress) => void;
    readonly batch: (events: readonly FeedEvent[]) => void;
  },
): Promise<void> => {
  const from = await checkpointOf(readModels, table);
  const load = (key: string) => readModels.get(table.name, key);
  const fold = createFold(projection, { from, load, comparePositions, keepWeight: MAX_WEIGHT / 2 });
  const resumedAt = from === undefined ? 0 : await feed.count(from);
  const progress = createProgress(resumedAt, await feed.count());
  on.started(progress);

  const isBehindReaders = (): boolean => {
    const [here, there] = [fold.position(), readers.applied()];
    return there !== undefined && (here === undefined || comparePositions(here, there) < 0);
  };

  const isDue = (): boolean => {
    const { events, weight } = fold.unwritten();
    return events >= MAX_EVENTS || weight >= MAX_WEIGHT;
  };

  let release: (() => void) | undefined;
  try {
    const options = { ...startingAfter(from), ...withoutIgnored(projection), signal, batchSize: BATCH };
    for await (const { events, caughtUp } of feed.subscribe(options)) {
      requireKnown(events);
      await fold.apply(events);
      const reached = fold.position();
      if (reached !== undefined) progress.reached(await feed.count(reached));
      on.batch(events);
      if (caughtUp) release ??= await readers.hold();
      // Readers may have seen events that are still on their way to here: nobody may see them go away again.
      if (release !== undefined && !isBehindReaders()) return await readers.switchOver(fold.pending());
      if (isDue()) await fold.flush((rows, checkpoint) => readModels.write(table.name, rows, checkpoint));
    }
  } finally {
    release?.();
  }
};
