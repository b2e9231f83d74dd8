import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js';
import type { Readers } from './build.ts';
import { lookElsewhere } from './elsewhere.ts';
import type { Pending, Position } from './fold.ts';
import { follow } from './follow.ts';
import { TableDropped } from './overtaken.ts';
import { codeFor, isLost, planOf } from './plan.ts';
import type { Table } from './ports.ts';
import { newTable, type Projection } from './projection.ts';
import { type ProjectorDeps, pause, persistently } from './projector-deps.ts';
import { type ProjectorRefusal, refusal } from './refusals.ts';
import { runBuild } from './run-build.ts';
import {
  type Building,
  describeTables,
  isOf,
  runningBuild,
  type Standing,
  type State,
  switching,
} from './standing.ts';
import type { ProjectionStatus } from './status.ts';
import { createTurns, type Turns } from './turns.ts';
import { watchUnfollowed } from './unfollowed.ts';
import { createUnknownEvents, type UnknownEvents } from './unknown-events.ts';
import { ViewsUnavailable } from './views-unavailable.ts';
import { createWaiters } from './waiters.ts';

const LOOK_MS = 10_000;
/** Tables that are there serve at once, those of an empty log within it; a long log takes longer than anybody waits. */
const FIRST_TABLE_MS = 5_000;

/**
 * Keeps one projection up to date with the log and answers from the table that serves; builds another beside it when
 * the version has changed or an operator asks, and switches readers over without their noticing.
 */
export const startProjector = <Doc>(
  projection: Projection<Doc>,
  deps: ProjectorDeps & {
    /** Shared by all projectors of a process, so that one builds at a time. */
    readonly builds?: Turns;
    readonly unknown?: UnknownEvents;
  },
) => {
  const { readModels, signal, log, comparePositions } = deps;
  const { lookMs = LOOK_MS, firstTableMs = FIRST_TABLE_MS } = deps;
  const { builds = createTurns(), unknown = createUnknownEvents(log) } = deps;
  const { name } = projection;
  const waiters = createWaiters(comparePositions);
  /** One wish of an operator is begun before the next is looked at: neither may decide on what the other changes. */
  const wishes = createTurns();
  const caughtUp = Promise.withResolvers<void>();
  const serves = Promise.withResolvers<void>();
  const servesOrLate = Promise.race([serves.promise, pause(firstTableMs, signal)]);
  const state: State = {
    serving: undefined,
    kept: undefined,
    building: undefined,
    pinned: false,
    switches: 0,
    isSwitching: false,
  };

  const stand = (table: Table): Standing => {
    const code = codeFor(projection, table);
    if (code === undefined) return { table };
    const follower = follow(code, table, deps, {
      applied: (position) => isOf(state.serving, table) && waiters.reached(position),
      batch: (events) => isOf(state.serving, table) && unknown.note(name, events),
      dropped: () => void look(),
    });
    return { table, follower };
  };

  const isFollowed = (table: Table): boolean =>
    isOf(state.serving, table) ||
    (isOf(state.kept, table) && state.kept?.follower !== undefined) ||
    isOf(runningBuild(state), table);

  const unfollowed = watchUnfollowed(deps, {
    isFollowed,
    dropped: (table) => {
      if (isOf(state.kept, table)) state.kept = undefined;
    },
  });

  const readersOf = (table: Table, pinned: boolean): Readers => ({
    applied: () => state.serving?.follower?.applied(),
    hold: async () => state.serving?.follower?.pause() ?? (() => undefined),
    switchOver: (last: Pending) =>
      switching(state, async () => {
        // The switch drops its table: a write after it would bring rows back.
        await state.kept?.follower?.stop();
        await readModels.serve(table, { ...last, pinned });
        state.kept = state.serving;
        state.serving = stand(table);
        state.pinned = pinned;
        serves.resolve();
        waiters.reached(last.checkpoint);
      }),
  });

  const start = (
    table: Table,
    pinned = false,
    before: () => Promise<void> = async () => undefined,
  ): Building => {
    const isThis = (): boolean => state.building?.table === table;
    const code = codeFor(projection, table) ?? projection;
    const done = builds
      .inTurn(async () => {
        await before();
        await runBuild(code, table, deps, readersOf(table, pinned), (progress) => {
          if (state.building?.table === table) state.building = { ...state.building, progress };
        });
      })
      .then(
        () => {
          if (isThis()) state.building = undefined;
          caughtUp.resolve();
        },
        (error: unknown) => {
          const refused = error instanceof Error ? error.message : String(error);
          log.warn({ projection: name, table: table.name }, refused);
          if (state.building?.table !== table) return;
          state.building = error instanceof TableDropped ? undefined : { ...state.building, refused };
        },
      )
      .then(() => void look());
    const building = { table, done };
    state.building = building;
    return building;
  };

  const begin = async (table: Table): Promise<void> => {
    await readModels.begin(table);
    start(table);
  };

  const lookThere = lookElsewhere(projection, deps, state, {
    stand,
    moved: ({ follower }) => {
      serves.resolve();
      const applied = follower?.applied();
      if (applied !== undefined) waiters.reached(applied);
      caughtUp.resolve();
    },
  });

  /** What others have done to the tables, and what is left to nobody. What cannot be read now is the next time. */
  const look = async (): Promise<void> => {
    await opened;
    await wishes.inTurn(lookInTurn).catch((error: unknown) => {
      if (!signal.aborted)
        log.warn(
          { projection: name, error: String(error) },
          'its tables could not be looked at; trying again',
        );
    });
  };

  const lookInTurn = async (): Promise<void> => {
    if (signal.aborted) return;
    const tables = await lookThere();
    if (tables === undefined) return;
    unfollowed.among(tables);
    if (state.building === undefined && isLost(projection, tables)) await begin(newTable(projection, tables));
  };

  const lookAgainAndAgain = async (): Promise<void> => {
    while (!signal.aborted) {
      await look();
      await pause(lookMs, signal);
    }
  };

  const open = async (): Promise<void> => {
    const plan = planOf(projection, await readModels.tables(name));
    if (plan.isNew && plan.build !== undefined) await readModels.begin(plan.build);
    state.pinned = plan.pinned;
    if (plan.serve !== undefined) {
      state.serving = stand(plan.serve);
      serves.resolve();
    }
    if (plan.keep !== undefined) state.kept = stand(plan.keep);
    void state.serving?.follower?.caughtUp.then(caughtUp.resolve);
    if (plan.build !== undefined) start(plan.build);
  };
  const opened = persistently(open, deps, name);
  const looking = readModels.isShared ? lookAgainAndAgain() : look();

  /** Builds the version of the code anew, beside the one that serves; asking again while it runs changes nothing. */
  const rebuild = async (): Promise<ProjectionStatus> => {
    await opened;
    await wishes.inTurn(beginRebuild);
    return status();
  };

  const beginRebuild = async (): Promise<void> => {
    if (runningBuild(state) !== undefined) return;
    const tables = await readModels.tables(name);
    const interrupted = tables.find(
      ({ role, version }) => role === 'building' && version === projection.version,
    );
    if (interrupted === undefined) await begin(newTable(projection, tables));
    else start(interrupted);
  };

  /** Goes back to the table that served before, and keeps the present one; resolves when it serves. */
  const rollback = async (): Promise<Either<ProjectorRefusal, ProjectionStatus>> => {
    await look();
    const begun = await wishes.inTurn(async () => beginRollback());
    if (isLeft(begun)) return begun;
    const { table, done } = begun.right;
    await done;
    if (isOf(state.serving, table)) return right(await status());
    await look();
    return left(refusal.notReached(table));
  };

  const beginRollback = (): Either<ProjectorRefusal, Building> => {
    if (runningBuild(state) !== undefined) return left(refusal.running(name));
    if (state.kept === undefined) return left(refusal.nothingKept(name));
    const { table, follower } = state.kept;
    if (follower === undefined) return left(refusal.anotherRelease(table));
    // At once from kept to being built: a table that is neither may be dropped for what it cannot forget.
    state.kept = undefined;
    return right(start(table, table.version !== projection.version, follower.stop));
  };

  /** While there is none, nobody can tell what is in it: that something is not there would be said of all there is. */
  const servingTable = async (): Promise<string> => {
    if (state.serving === undefined) await servesOrLate;
    if (state.serving === undefined) throw new ViewsUnavailable(`no table of ${name} serves yet`);
    return state.serving.table.name;
  };

  const status = async (): Promise<ProjectionStatus> => ({
    name,
    version: projection.version,
    ...(await describeTables(deps, state)),
    pinned: state.pinned,
    unknownEvents: unknown.of(name),
  });

  const ended = async (): Promise<void> => {
    await opened;
    if (!signal.aborted) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
    await looking;
    const { serving, kept, building } = state;
    await Promise.all([serving?.follower?.stopped, kept?.follower?.stopped, building?.done]);
    await wishes.inTurn(unfollowed.stopped);
  };

  return {
    name,
    /** Resolves when everything there was can be read. */
    caughtUp: caughtUp.promise,
    /** Resolves when the event at `position` is in the view, or after `timeoutMs`, whichever is first. */
    waitFor: (position: string, timeoutMs: number): Promise<void> =>
      waiters.waitFor(position, state.serving?.follower?.applied(), timeoutMs),
    /** How far what readers see has come; only ever asked to tell whether it has changed. */
    applied: (): Position => state.serving?.follower?.applied(),
    stopped: ended(),
    rebuild,
    rollback,
    status,
    /** False until there is a table to read. */
    serves: (): boolean => state.serving !== undefined,
    /** This and `find` throw `ViewsUnavailable` while no table serves, after a moment of waiting for the first. */
    get: async (key: string): Promise<Doc | undefined> =>
      (await readModels.get(await servingTable(), key)) as Doc | undefined,
    find: async (index: string, value: string): Promise<readonly Doc[]> =>
      (await readModels.find(await servingTable(), index, value)) as readonly Doc[],
  };
};

export type Projector<Doc> = ReturnType<typeof startProjector<Doc>>;
