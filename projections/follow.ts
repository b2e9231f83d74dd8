import { createFold, type Position } from './fold.ts';
import { checkpointOf, TableDropped } from './overtaken.ts';
import type { FeedEvent, Table } from './ports.ts';
import type { Projection } from './projection.ts';
import { type ProjectorDeps, persistently } from './projector-deps.ts';
import { forgets, purging } from './purging.ts';
import { createTurns } from './turns.ts';

/** See `FoldOptions`: some 25 MB at most for each projection. */
const KEEP_WEIGHT = 50_000;

export type Follower = {
  readonly table: Table;
  readonly applied: () => Position;
  /** Nothing more will be written to the table, unless that has just begun. */
  readonly isOver: () => boolean;
  /** Resolves between two batches; nothing is applied until the result is called. */
  readonly pause: () => Promise<() => void>;
  /** Resolves when everything there was is in. */
  readonly caughtUp: Promise<void>;
  /** Resolves when nothing more will be written to the table. */
  readonly stop: () => Promise<void>;
  readonly stopped: Promise<void>;
};

/** Keeps one table up to date with the log, batch by batch, from its checkpoint. */
export const follow = <Doc>(
  projection: Projection<Doc>,
  table: Table,
  deps: ProjectorDeps,
  on: {
    readonly applied: (position: string) => void;
    readonly batch: (events: readonly FeedEvent[]) => void;
    /** Another server has dropped the table. */
    readonly dropped: () => void;
  },
): Follower => {
  const { feed, readModels, comparePositions } = deps;
  const stopping = new AbortController();
  const signal = AbortSignal.any([deps.signal, stopping.signal]);
  const { take, inTurn } = createTurns();
  const caughtUp = Promise.withResolvers<void>();
  let applied: Position;

  const reached = (position: string): void => {
    applied = position;
    on.applied(position);
  };

  const run = async (): Promise<void> => {
    const from = await checkpointOf(readModels, table);
    const load = (key: string) => readModels.get(table.name, key);
    const fold = createFold(projection, { from, load, comparePositions, keepWeight: KEEP_WEIGHT });
    if (from !== undefined) reached(from);

    const apply = async (events: readonly FeedEvent[]): Promise<void> => {
      await fold.apply(events);
      const flush = () =>
        fold.flush(async (rows, checkpoint) => {
          const written = await readModels.write(table.name, rows, checkpoint);
          reached(checkpoint);
          return written;
        });
      await (forgets(events) ? purging(deps, flush) : flush());
      on.batch(events);
    };

    for await (const batch of feed.subscribe({
      ...startingAfter(from),
      signal,
      ...withoutIgnored(projection),
    })) {
      await inTurn(() => apply(batch.events));
      if (batch.caughtUp) caughtUp.resolve();
    }
  };

  const isDropped = (error: unknown): boolean => error instanceof TableDropped;
  const stopped = persistently(run, { ...deps, signal }, table.name, isDropped).catch(() => {
    stopping.abort();
    on.dropped();
  });
  return {
    table,
    applied: () => applied,
    isOver: () => signal.aborted,
    pause: take,
    caughtUp: caughtUp.promise,
    stopped,
    stop: () => {
      stopping.abort();
      return stopped;
    },
  };
};

export const startingAfter = (position: Position): { readonly after?: string } =>
  position === undefined ? {} : { after: position };

export const withoutIgnored = <Doc>({
  ignores,
}: Projection<Doc>): { readonly without?: ReadonlySet<string> } =>
  ignores === undefined ? {} : { without: ignores };
