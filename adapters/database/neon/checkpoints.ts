import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ClientBase } from 'pg';
import {
  type BringRequest,
  type Brought,
  type Checkpoints,
  type Copy,
  type RestoreRequest,
  type ScratchRequest,
  type TakeRequest,
  TOO_LATE,
} from '../../../commands/ports/checkpoints.ts';
import type { ProviderError } from '../../../commands/ports/services.ts';
import { databaseName, resourceName } from '../../../domain/services.ts';
import { ProviderFailure, toProviderError } from '../../provider-api/failure.ts';
import { dump } from '../dump.ts';
import { inspectDatabase } from '../inspect.ts';
import { withClient } from '../with-client.ts';
import { type Branch, type NeonApi, type Operation, oldestOf } from './api.ts';
import { isUnderWay, waitForOperations } from './operations.ts';

/** Ten branches are what the free plan allows in a project; one is the session's own, and one is made by a restore. */
const MOST = 8;

const refusal = (code: string, message: string): ProviderFailure =>
  new ProviderFailure({ code, message, retryable: false });

const LOAD_TIMEOUT_MS = 50_000;

/** For a look at an older version. Not one that is kept: no checkpoint removes it. */
const SCRATCH = 'mk0r-look';
const HOUR_MS = 3_600_000;
const inOneHour = (): string => new Date(Date.now() + HOUR_MS).toISOString();

/** Everything of the app's own goes; `public` is there again, as in a new database. */
const EMPTIED = `
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT nspname FROM pg_namespace WHERE nspname <> 'information_schema' AND NOT starts_with(nspname, 'pg_') LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', name);
  END LOOP;
  CREATE SCHEMA public;
END $$`;

const branchName = (checkpointId: string): string =>
  `mk0r-checkpoint-${createHash('sha256').update(checkpointId).digest('hex').slice(0, 16)}`;

type Place = {
  readonly projectId: string;
  /** The branch the session's connection string leads to. */
  readonly own: Branch;
  readonly branches: ReadonlyMap<string, Branch>;
};

/**
 * Every copy is a branch without a compute, which shares its pages with what it was made from: it takes no room and next
 * to no time, so that none is saved where nothing has changed. A restore is Neon's own, which keeps what was there before
 * as another branch and leaves address, role and password as they are.
 */
export const neonCheckpoints = (api: NeonApi): Checkpoints => {
  const attempt = <A>(
    doing: string,
    signal: AbortSignal,
    work: () => Promise<A>,
  ): TE.TaskEither<ProviderError, A> => TE.tryCatch(work, toProviderError('Neon', doing, signal));

  /** The project that the session's connection string leads to; where the log does not say which, the oldest. */
  const find = async (slug: string, signal: AbortSignal, resourceId?: string): Promise<Place> => {
    const name = resourceName(slug);
    const all = (await api.search(name, signal)).filter((one) => one.name === name);
    const project = resourceId === undefined ? oldestOf(all) : all.find(({ id }) => id === resourceId);
    if (project === undefined) throw refusal('database_missing', 'This session has no project at Neon.');
    // What an attempt whose answer was lost has begun goes on; until it ends the project is locked.
    const operations = await api.operations(project.id, signal);
    await waitForOperations(api, project.id, operations.filter(isUnderWay), signal);
    const branches = await api.branches(project.id, signal);
    const own = branches.find((branch) => branch.default);
    if (own === undefined) throw refusal('database_missing', 'The project at Neon has no default branch.');
    return { projectId: project.id, own, branches: new Map(branches.map((branch) => [branch.name, branch])) };
  };

  /** As they are now: a branch without a compute cannot be asked. Nothing hangs on it. */
  const tablesOf = async (
    { projectId }: Place,
    slug: string,
    signal: AbortSignal,
  ): Promise<Copy['tables']> => {
    const name = databaseName(slug);
    const uri = await api.connectionUri(projectId, { database: name, role: name }, signal);
    const read = await inspectDatabase(uri, signal)();
    return E.isRight(read) ? read.right.tables.map((table) => ({ name: table.name, rows: table.rows })) : [];
  };

  /** The oldest may be what others were made from: Neon keeps it until those are gone, and so it is asked again. */
  const giveUpAllBut = async (
    place: Place,
    keep: readonly string[],
    { signal, isOver }: TakeRequest,
  ): Promise<void> => {
    const kept = new Set(keep.map(branchName));
    for (const [name, branch] of place.branches) {
      if (branch.default || kept.has(name) || !name.startsWith('mk0r-checkpoint-')) continue;
      if (isOver()) throw new ProviderFailure(TOO_LATE);
      const removing = await api
        .removeBranch(place.projectId, branch.id, signal)
        .catch((error: unknown): readonly Operation[] => {
          if (!(error instanceof ProviderFailure) || error.error.retryable) throw error;
          return [];
        });
      // The project is locked meanwhile.
      await waitForOperations(api, place.projectId, removing, signal);
    }
  };

  const take = async (request: TakeRequest): Promise<Copy> => {
    const { slug, resourceId, checkpointId, keep, signal } = request;
    const place = await find(slug, signal, resourceId);
    await giveUpAllBut(place, [...keep, checkpointId], request);
    const name = branchName(checkpointId);
    // Made by an attempt whose answer was lost: what is in the tables now may be other than what was then.
    if (place.branches.has(name)) return { checkpointId, bytes: 0, tables: [] };
    const { operations } = await api.branch(place.projectId, place.own.id, name, signal);
    await waitForOperations(api, place.projectId, operations, signal);
    return { checkpointId, bytes: 0, tables: await tablesOf(place, slug, signal) };
  };

  const restore = async (request: RestoreRequest): Promise<Copy> => {
    const { slug, resourceId, checkpointId, moveId, signal, isOver, meanwhile } = request;
    const place = await find(slug, signal, resourceId);
    const [before, source] = [branchName(moveId), place.branches.get(branchName(checkpointId))];
    const isDone = place.branches.has(before);
    if (!isDone && source === undefined)
      throw refusal('checkpoint_missing', 'The data of that version is no longer there.');
    const tables = isDone ? [] : await tablesOf(place, slug, signal);
    if (isOver()) throw new ProviderFailure(TOO_LATE);
    const moved = await meanwhile();
    if (E.isLeft(moved)) throw new ProviderFailure(moved.left);
    if (!isDone && source !== undefined) {
      const restored = { source: source.id, preserveAs: before };
      const { operations } = await api.restore(place.projectId, place.own.id, restored, signal);
      await waitForOperations(api, place.projectId, operations, signal);
    }
    return { checkpointId: moveId, bytes: 0, tables };
  };

  /**
   * Another project's data comes as SQL, from a branch of its copy that has a compute for as long as it is read. Named like a
   * copy that nobody keeps, so that one left behind by a crash goes with the next that is taken there.
   */
  const bring = async (request: BringRequest): Promise<Brought> => {
    const { slug, resourceId, from, moveId, signal, isOver } = request;
    const [place, source] = [await find(slug, signal, resourceId), await find(from.slug, signal)];
    const copy = source.branches.get(branchName(from.checkpointId));
    if (copy === undefined)
      throw refusal('checkpoint_missing', 'The data of that version is no longer there.');
    if (isOver()) throw new ProviderFailure(TOO_LATE);
    const before = branchName(moveId);
    if (!place.branches.has(before)) {
      const { operations } = await api.branch(place.projectId, place.own.id, before, signal);
      await waitForOperations(api, place.projectId, operations, signal);
    }
    await reading(source, from.slug, copy, branchName(`${moveId}-read`), signal, (theirs) =>
      load(place, slug, signal, theirs),
    );
    return {
      tables: await tablesOf(place, slug, signal),
      before: { checkpointId: moveId, bytes: 0, tables: [] },
    };
  };

  const reading = async (
    source: Place,
    slug: string,
    copy: Branch,
    name: string,
    signal: AbortSignal,
    read: (theirs: ClientBase) => Promise<void>,
  ): Promise<void> => {
    const remove = async (branchId: string): Promise<void> =>
      waitForOperations(
        api,
        source.projectId,
        await api.removeBranch(source.projectId, branchId, signal),
        signal,
      );
    const left = source.branches.get(name);
    if (left !== undefined) await remove(left.id);
    const { branch, operations } = await api.branchWithCompute(
      source.projectId,
      { parent: copy.id, name, expiresAt: inOneHour() },
      signal,
    );
    try {
      await waitForOperations(api, source.projectId, operations, signal);
      const [database, role] = [databaseName(slug), databaseName(slug)];
      const uri = await api.connectionUri(source.projectId, { database, role, branch: branch.id }, signal);
      await withClient(uri, { timeoutMs: LOAD_TIMEOUT_MS, signal }, read);
    } finally {
      await remove(branch.id).catch(() => undefined);
    }
  };

  /** In one transaction: it has all of it afterwards, or what it had. */
  const load = async (
    { projectId }: Place,
    slug: string,
    signal: AbortSignal,
    theirs: ClientBase,
  ): Promise<void> => {
    const uri = await api.connectionUri(
      projectId,
      { database: databaseName(slug), role: databaseName(slug) },
      signal,
    );
    await withClient(uri, { timeoutMs: LOAD_TIMEOUT_MS, signal }, async (ours) => {
      await ours.query('BEGIN');
      await ours.query(EMPTIED);
      await dump(theirs, async (text) => {
        await ours.query(text);
      });
      await ours.query('COMMIT');
    });
  };

  const endScratch = async (place: Place, signal: AbortSignal): Promise<void> => {
    const left = place.branches.get(SCRATCH);
    if (left === undefined) return;
    const removing = await api.removeBranch(place.projectId, left.id, signal);
    await waitForOperations(api, place.projectId, removing, signal);
  };

  /** A branch of the copy with a compute of its own, or, without one, of what is there now, emptied. */
  const openScratch = async ({ slug, resourceId, checkpointId, signal }: ScratchRequest) => {
    const place = await find(slug, signal, resourceId);
    await endScratch(place, signal);
    const copy = checkpointId === undefined ? place.own : place.branches.get(branchName(checkpointId));
    if (copy === undefined)
      throw refusal('checkpoint_missing', 'The data of that version is no longer there.');
    const { branch, operations } = await api.branchWithCompute(
      place.projectId,
      { parent: copy.id, name: SCRATCH, expiresAt: inOneHour() },
      signal,
    );
    await waitForOperations(api, place.projectId, operations, signal);
    const name = databaseName(slug);
    const databaseUrl = await api.connectionUri(
      place.projectId,
      { database: name, role: name, branch: branch.id },
      signal,
    );
    if (checkpointId === undefined)
      await withClient(databaseUrl, { timeoutMs: LOAD_TIMEOUT_MS, signal }, (client) =>
        client.query(EMPTIED),
      );
    return { databaseUrl };
  };

  return {
    scratch: {
      open: (request) => attempt('make a database to look at', request.signal, () => openScratch(request)),
      close: ({ slug, signal }) =>
        attempt('end a database to look at', signal, async () =>
          endScratch(await find(slug, signal), signal),
        ),
      // They end by themselves.
      list: () => TE.right([]),
    },
    most: MOST,
    take: (request) => attempt('keep the data', request.signal, () => take(request)),
    restore: (request) => attempt('restore the data', request.signal, () => restore(request)),
    bring: (request) => attempt('bring the data over', request.signal, () => bring(request)),
  };
};
