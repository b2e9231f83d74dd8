import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js';
import { build, type Readers } from './build.ts';
import type { Pending, Position } from './fold.ts';
import { type Follower, follow } from './follow.ts';
import { codeFor, planOf } from './plan.ts';
import type { FeedEvent, ReadModels, Table } from './ports.ts';
import { type BuildProgress, describeProgress } from './progress.ts';
import { newTable, type Projection } from './projection.ts';
import { type ProjectorDeps, persistently } from './projector-deps.ts';
import { forgets, purging } from './purging.ts';
import { type ProjectorRefusal, refusal } from './refusals.ts';
import type { BuildStatus, ProjectionStatus, TableStatus } from './status.ts';
import { createTurns, type Turns } from './turns.ts';
import { watchUnfollowed } from './unfollowed.ts';
import { createUnknownEvents, type UnknownEvents, UnknownEventType } from './unknown-events.ts';
import { createWaiters } from './waiters.ts';

/** A table as it stands; without a follower where only another release has the code for its version. */
type Standing = { readonly table: Table; readonly follower?: Follower };

type Building = {
  readonly table: Table;
  readonly progress?: BuildProgress;
  readonly refused?: string;
  readonly done: Promise<void>;
};

const SAY_MS = 5_000;

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
  const { feed, readModels, signal, log, comparePositions } = deps;
  const { builds = createTurns(), unknown = createUnknownEvents(log) } = deps;
  const { name } = projection;
  const waiters = createWaiters(comparePositions);
  /** One wish of an operator is begun before the next is looked at: neither may decide on what the other changes. */
  const wishes = createTurns();
  const caughtUp = Promise.withResolvers<void>();
  let serving: Standing | undefined;
  let kept: Standing | undefined;
  let building: Building | undefined;
  let pinned = false;

  const isServing = (table: Table): boolean => serving?.table.name === table.name;

  const stand = (table: Table): Standing => {
    const code = codeFor(projection, table);
    if (code === undefined) return { table };
    const follower = follow(code, table, deps, {
      applied: (position) => isServing(table) && waiters.reached(position),
      batch: (events) => isServing(table) && unknown.note(name, events),
    });
    return { table, follower };
  };

  const unfollowed = watchUnfollowed(name, deps, {
    isFollowed: (table) => isFollowed(table),
    dropped: (table) => {
      if (kept?.table.name === table.name) kept = undefined;
    },
  });

  const isFollowed = (table: Table): boolean =>
    [serving?.table, kept?.follower?.table, runningBuild()].some((followed) => followed?.name === table.name);

  const runningBuild = (): Table | undefined =>
    building?.refused === undefined ? building?.table : undefined;

  const readersOf = (table: Table, pin: boolean, switchTo: ReadModels['serve']): Readers => ({
    applied: () => serving?.follower?.applied(),
    hold: async () => serving?.follower?.pause() ?? (() => undefined),
    switchOver: async (last: Pending) => {
      // The switch drops its table: a write after it would bring rows back.
      await kept?.follower?.stop();
      await switchTo(table, { ...last, pinned: pin });
      kept = serving;
      serving = stand(table);
      pinned = pin;
      waiters.reached(last.checkpoint);
    },
  });

  const run = async (table: Table, pin: boolean): Promise<void> => {
    const code = codeFor(projection, table) ?? projection;
    let hasForgotten = false;
    let progress: BuildProgress | undefined;
    const on = {
      started: (begun: BuildProgress): void => {
        progress = begun;
        // What a process that was killed had written over in it may still be on the disk.
        hasForgotten ||= begun.read().resumedAt > 0;
        if (building?.table === table) building = { ...building, progress };
      },
      batch: (events: readonly FeedEvent[]): void => {
        hasForgotten ||= forgets(events);
      },
    };
    const switchTo: ReadModels['serve'] = (...to) =>
      hasForgotten ? purging(deps, () => readModels.serve(...to)) : readModels.serve(...to);
    const say = (what: string): void =>
      log.info({ projection: name, table: table.name }, `${what} ${table.name}${describe(progress)}`);
    const timer = setInterval(() => say('building'), SAY_MS);
    try {
      await persistently(
        () => build(code, table, deps, readersOf(table, pin, switchTo), on),
        deps,
        table.name,
        (error) => error instanceof UnknownEventType,
      );
    } finally {
      clearInterval(timer);
    }
    if (signal.aborted) return;
    say('switched to');
    unfollowed.mind();
  };

  const start = (
    table: Table,
    pin = false,
    before: () => Promise<void> = async () => undefined,
  ): Building => {
    const done = builds
      .inTurn(async () => {
        await before();
        await run(table, pin);
      })
      .then(
        () => {
          if (building?.table === table) building = undefined;
          caughtUp.resolve();
        },
        (error: unknown) => {
          const refused = error instanceof Error ? error.message : String(error);
          if (building?.table === table) building = { ...building, refused };
          unfollowed.mind();
          log.warn({ projection: name, table: table.name }, refused);
        },
      );
    building = { table, done };
    return building;
  };

  const open = async (): Promise<void> => {
    const plan = planOf(projection, await readModels.tables(name));
    if (plan.isNew && plan.build !== undefined) await readModels.begin(plan.build);
    pinned = plan.pinned;
    if (plan.serve !== undefined) serving = stand(plan.serve);
    if (plan.keep !== undefined) kept = stand(plan.keep);
    void serving?.follower?.caughtUp.then(caughtUp.resolve);
    if (plan.build !== undefined) start(plan.build);
    unfollowed.mind();
  };
  const opened = persistently(open, deps, name);

  /** Builds the version of the code anew, beside the one that serves; asking again while it runs changes nothing. */
  const rebuild = async (): Promise<ProjectionStatus> => {
    await opened;
    await wishes.inTurn(beginRebuild);
    return status();
  };

  const beginRebuild = async (): Promise<void> => {
    if (runningBuild() !== undefined) return;
    const tables = await readModels.tables(name);
    const interrupted = tables.find(
      ({ role, version }) => role === 'building' && version === projection.version,
    );
    if (interrupted === undefined) {
      const table = newTable(projection, tables);
      await readModels.begin(table);
      start(table);
    } else start(interrupted);
  };

  /** Goes back to the table that served before, and keeps the present one; resolves when it serves. */
  const rollback = async (): Promise<Either<ProjectorRefusal, ProjectionStatus>> => {
    await opened;
    const begun = await wishes.inTurn(async () => beginRollback());
    if (isLeft(begun)) return begun;
    const { table, done } = begun.right;
    await done;
    if (isServing(table)) return right(await status());
    kept = stand(table);
    return left(refusal.notReached(table));
  };

  const beginRollback = (): Either<ProjectorRefusal, Building> => {
    if (runningBuild() !== undefined) return left(refusal.running(name));
    if (kept === undefined) return left(refusal.nothingKept(name));
    if (kept.follower === undefined) return left(refusal.anotherRelease(kept.table));
    const { table, follower } = kept;
    // At once from kept to being built: a table that is neither may be dropped for what it cannot forget.
    kept = undefined;
    return right(start(table, table.version !== projection.version, follower.stop));
  };

  const status = async (): Promise<ProjectionStatus> => {
    const total = await feed.count();
    const statusOf = async ({ table, follower }: Standing): Promise<TableStatus> => {
      const position = follower ? follower.applied() : await readModels.checkpoint(table.name);
      const behind = total - (position === undefined ? 0 : await feed.count(position));
      const { name: tableName, version, generation } = table;
      return { table: tableName, version, generation, behind, followed: follower !== undefined };
    };
    return {
      name,
      version: projection.version,
      ...(serving === undefined ? {} : { serving: await statusOf(serving) }),
      ...(kept === undefined ? {} : { kept: await statusOf(kept) }),
      ...(building === undefined ? {} : { building: buildStatus(building, total) }),
      pinned,
      unknownEvents: unknown.of(name),
    };
  };

  const ended = async (): Promise<void> => {
    await opened;
    if (!signal.aborted) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
    await Promise.all([
      serving?.follower?.stopped,
      kept?.follower?.stopped,
      building?.done,
      unfollowed.stopped(),
    ]);
  };

  return {
    name,
    /** Resolves when everything there was can be read. */
    caughtUp: caughtUp.promise,
    /** Resolves when the event at `position` is in the view, or after `timeoutMs`, whichever is first. */
    waitFor: (position: string, timeoutMs: number): Promise<void> =>
      waiters.waitFor(position, serving?.follower?.applied(), timeoutMs),
    /** How far what readers see has come; only ever asked to tell whether it has changed. */
    applied: (): Position => serving?.follower?.applied(),
    stopped: ended(),
    rebuild,
    rollback,
    status,
    get: async (key: string): Promise<Doc | undefined> => {
      await opened;
      return serving && ((await readModels.get(serving.table.name, key)) as Doc | undefined);
    },
    find: async (index: string, value: string): Promise<readonly Doc[]> => {
      await opened;
      return serving ? ((await readModels.find(serving.table.name, index, value)) as readonly Doc[]) : [];
    },
  };
};

export type Projector<Doc> = ReturnType<typeof startProjector<Doc>>;

const describe = (progress: BuildProgress | undefined): string =>
  progress === undefined ? '' : ` · ${describeProgress(progress.read())}`;

const buildStatus = ({ table, progress, refused }: Building, total: number): BuildStatus => ({
  table: table.name,
  version: table.version,
  generation: table.generation,
  ...(progress?.read() ?? { done: 0, total, eventsPerSecond: 0, resumedAt: 0 }),
  ...(refused === undefined
    ? { state: progress === undefined ? 'waiting' : 'running' }
    : { state: 'refused', reason: refused }),
});
