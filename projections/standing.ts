import type { Follower } from './follow.ts';
import type { EventFeed, ReadModels, Table } from './ports.ts';
import type { BuildProgress } from './progress.ts';
import type { BuildStatus, ProjectionStatus, TableStatus } from './status.ts';

/** A table as it stands; without a follower where only another release has the code for its version. */
export type Standing = { readonly table: Table; readonly follower?: Follower };

export type Building = {
  readonly table: Table;
  readonly progress?: BuildProgress;
  readonly refused?: string;
  readonly done: Promise<void>;
};

/** What readers of this process see, and what is made for them. Mutable: operators and other servers change it. */
export type State = {
  serving: Standing | undefined;
  kept: Standing | undefined;
  building: Building | undefined;
  /** See `CataloguedTable`. */
  pinned: boolean;
  /** Goes up when a switch is begun here, and when it has ended. */
  switches: number;
  isSwitching: boolean;
};

export const isOf = (
  standing: { readonly table: Table } | undefined,
  { name }: Pick<Table, 'name'>,
): boolean => standing?.table.name === name;

/** What is being built, but for what was refused. */
export const runningBuild = ({ building }: Pick<State, 'building'>): Building | undefined =>
  building?.refused === undefined ? building : undefined;

/** What is found out about the tables while readers are switched over here is of before or after it: nobody can tell. */
export const switching = async (state: State, work: () => Promise<void>): Promise<void> => {
  state.switches += 1;
  state.isSwitching = true;
  try {
    await work();
  } finally {
    state.switches += 1;
    state.isSwitching = false;
  }
};

/** How the tables of a projection stand, as the operator sees it. */
export const describeTables = async (
  { feed, readModels }: { readonly feed: EventFeed; readonly readModels: ReadModels },
  state: Readonly<State>,
): Promise<Pick<ProjectionStatus, 'unit' | 'serving' | 'kept' | 'building'>> => {
  const total = await feed.count();
  const statusOf = async ({ table, follower }: Standing): Promise<TableStatus> => {
    const position = follower ? follower.applied() : await readModels.checkpoint(table.name);
    const behind = total - (position === undefined ? 0 : await feed.count(position));
    const { name, version, generation } = table;
    return { table: name, version, generation, behind, followed: follower !== undefined };
  };
  const unit = feed.unit?.();
  const { serving, kept, building } = state;
  return {
    ...(unit === undefined ? {} : { unit }),
    ...(serving === undefined ? {} : { serving: await statusOf(serving) }),
    ...(kept === undefined ? {} : { kept: await statusOf(kept) }),
    ...(building === undefined ? {} : { building: buildStatus(building, total) }),
  };
};

const buildStatus = ({ table, progress, refused }: Building, total: number): BuildStatus => ({
  table: table.name,
  version: table.version,
  generation: table.generation,
  ...(progress?.read() ?? { done: 0, total, eventsPerSecond: 0, resumedAt: 0 }),
  ...(refused === undefined
    ? { state: progress === undefined ? 'waiting' : 'running' }
    : { state: 'refused', reason: refused }),
});
