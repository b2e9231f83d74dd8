import type { Position } from './fold.ts';
import { codeFor } from './plan.ts';
import type { CataloguedTable, Table, TableRole } from './ports.ts';
import type { Projection } from './projection.ts';
import { type ProjectorDeps, pause } from './projector-deps.ts';
import { isOf, runningBuild, type Standing, type State } from './standing.ts';

/** How long a table may take to come up to what readers have seen, before and while they are held. */
const CATCH_UP_MS = 10_000;
const HOLD_MS = 5_000;
const POLL_MS = 20;

/**
 * What other servers have made of the tables is made of them here as well: readers move to the one that serves, as at the
 * end of a build, and the one that is kept is kept up to date. A table of a release whose code is not here does not come
 * to serve, as long as there is the one that does.
 */
export const lookElsewhere = <Doc>(
  projection: Projection<Doc>,
  deps: ProjectorDeps,
  state: State,
  on: { readonly stand: (table: Table) => Standing; readonly moved: (to: Standing) => void },
) => {
  const { readModels, signal, comparePositions } = deps;

  /** What others have written into the table is seen by readers of this process before the events arrive here. */
  const written = async (): Promise<Position> =>
    state.serving === undefined ? undefined : readModels.reached?.(state.serving.table.name);

  const isAhead = ({ follower }: Standing, seen: Position): boolean => {
    const here = follower?.applied();
    return [seen, state.serving?.follower?.applied()].every(
      (there) => there === undefined || (here !== undefined && comparePositions(here, there) >= 0),
    );
  };

  const comesUp = async (next: Standing, ms: number): Promise<boolean> => {
    const seen = await written();
    const until = performance.now() + ms;
    while (!isAhead(next, seen)) {
      if (signal.aborted || performance.now() > until) return false;
      await pause(POLL_MS, signal);
    }
    return true;
  };

  /** Readers may have seen events that are still on their way to the table: nobody may see them go away again. */
  const move = async (next: Standing, isSettled: () => boolean): Promise<boolean> => {
    if (!(await comesUp(next, CATCH_UP_MS))) return false;
    const release = await state.serving?.follower?.pause();
    try {
      if (!(await comesUp(next, HOLD_MS)) || !isSettled()) return false;
      state.serving = next;
      on.moved(next);
      return true;
    } finally {
      release?.();
    }
  };

  const moveTo = async (
    table: Table,
    { isGone, isSettled }: { readonly isGone: boolean; readonly isSettled: () => boolean },
  ): Promise<boolean> => {
    const { kept } = state;
    const next = kept !== undefined && isOf(kept, table) && !isOver(kept) ? kept : on.stand(table);
    if (isGone) {
      state.serving = next;
      on.moved(next);
      return true;
    }
    let hasMoved = false;
    try {
      hasMoved = await move(next, isSettled);
    } finally {
      if (!hasMoved && next !== kept) await next.follower?.stop();
    }
    return hasMoved;
  };

  const keep = async (table: Table | undefined, served: Standing | undefined): Promise<void> => {
    const before = [served, state.kept];
    const again = before.find((each) => table !== undefined && isOf(each, table) && !isOver(each));
    const isUsed = table === undefined || isOf(state.serving, table) || isOf(runningBuild(state), table);
    state.kept = isUsed ? undefined : (again ?? on.stand(table));
    for (const each of before)
      if (each !== state.serving && each !== state.kept) await each?.follower?.stop();
  };

  /** The tables there are, unless readers were switched here meanwhile, or could not be moved yet. */
  return async (): Promise<readonly CataloguedTable[] | undefined> => {
    const { switches, serving } = state;
    const tables = await readModels.tables(projection.name);
    const isSettled = (): boolean => !signal.aborted && !state.isSwitching && state.switches === switches;
    if (!isSettled()) return undefined;
    const inRole = (role: TableRole) => tables.find((table) => table.role === role);
    const there = inRole('serving');
    const isGone = !tables.some((table) => isOf(serving, table));
    const isToServe =
      there !== undefined &&
      !isOf(serving, there) &&
      !isOf(runningBuild(state), there) &&
      (isGone || codeFor(projection, there) !== undefined);
    if (isToServe && !(await moveTo(there, { isGone, isSettled }))) return undefined;
    if (there !== undefined && isOf(state.serving, there)) state.pinned = there.pinned;
    await keep(inRole('kept'), serving);
    return tables;
  };
};

const isOver = (standing: Standing | undefined): boolean => standing?.follower?.isOver() === true;
