import { SCHEMA_VERSIONS } from '../domain/schema.ts';
import type { Position } from './fold.ts';
import { startingAfter } from './follow.ts';
import type { CataloguedTable, FeedEvent, Table } from './ports.ts';
import { type ProjectorDeps, pause, persistently } from './projector-deps.ts';
import { purging } from './purging.ts';

const GRACE_MS = 5 * 60_000;

const ALL_ELSE: ReadonlySet<string> = new Set(
  Object.keys(SCHEMA_VERSIONS).filter((type) => type !== 'SessionForgotten'),
);

/**
 * Drops a table that nobody keeps up to date at the first session that was forgotten after its checkpoint: it would keep
 * a person's words, and going back to it is worth less than a promise. The log says which, not what this process has
 * seen: what it could not drop any more, the next one does. Resolves when the table is gone, or somebody here takes it
 * up: whether it was dropped.
 */
const dropWhenForgotten = async (
  table: Table,
  deps: ProjectorDeps,
  isFollowed: () => boolean,
): Promise<boolean> => {
  const { feed, readModels, signal, comparePositions, graceMs = GRACE_MS } = deps;
  let at = await readModels.checkpoint(table.name);
  if (at === undefined) return false;
  const isPast = (position: string): boolean => at !== undefined && comparePositions(at, position) >= 0;

  /** Another server may keep it, though none does here, and be on its way to the position. */
  const hasStopped = async (position: string): Promise<boolean> => {
    if (!readModels.isShared) return true;
    let before: Position;
    do {
      before = at;
      await pause(graceMs, signal);
      if (signal.aborted || isFollowed()) return false;
      at = await readModels.checkpoint(table.name);
    } while (at !== before && !isPast(position));
    return !isPast(position);
  };

  const options = { ...startingAfter(at), signal, without: ALL_ELSE };
  for await (const { events } of feed.subscribe(options)) {
    const position = lastForgotten(events);
    if (position === undefined || isPast(position)) continue;
    const isLeft = await hasStopped(position);
    // Asked last, with nothing awaited before the drop: it may have been taken up meanwhile.
    if (isFollowed() || signal.aborted) return false;
    if (!isLeft) continue;
    await purging(deps, () => readModels.drop(table.name));
    return true;
  }
  return false;
};

const lastForgotten = (events: readonly FeedEvent[]): Position =>
  events.findLast(({ type }) => type === 'SessionForgotten')?.position;

/** Has every table of a projection that serves nobody, and that nobody here keeps up to date, forget or be dropped. */
export const watchUnfollowed = (
  deps: ProjectorDeps,
  on: {
    readonly isFollowed: (table: Table) => boolean;
    readonly dropped: (table: Table) => void;
  },
) => {
  const watched = new Map<string, Promise<void>>();

  const watch = async (table: Table): Promise<void> => {
    const run = async (): Promise<void> => {
      if (await dropWhenForgotten(table, deps, () => on.isFollowed(table))) on.dropped(table);
    };
    await persistently(run, deps, table.name);
    watched.delete(table.name);
  };

  return {
    /** Whenever one may have come to be such a table. Not waited for: nobody reads it. */
    among: (tables: readonly CataloguedTable[]): void => {
      for (const table of tables) {
        if (table.role === 'serving' || on.isFollowed(table) || watched.has(table.name)) continue;
        watched.set(table.name, watch(table));
      }
    },
    stopped: async (): Promise<void> => {
      await Promise.all(watched.values());
    },
  };
};
