import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ClientBase } from 'pg';
import {
  type BringRequest,
  type Brought,
  type Checkpoints,
  type Copy,
  type RestoreRequest,
  type TakeRequest,
  TOO_LATE,
} from '../../../commands/ports/checkpoints.ts';
import type { ProviderError } from '../../../commands/ports/services.ts';
import { databaseName } from '../../../domain/services.ts';
import { MAX_COPIES, MAX_DATABASE_BYTES } from '../../../domain/session/checkpoints.ts';
import { dump } from '../dump.ts';
import { toProviderError } from '../errors.ts';
import { tablesIn } from '../inspect.ts';
import { withNobodyConnected } from './connections.ts';
import { dropBeside, entering } from './entry.ts';
import { type Look, lookAt, notesOf, writeNote } from './fingerprint.ts';
import { exclusively } from './locks.ts';
import { copyName, incomingName, isScratch, outgoingName, scratchName } from './names.ts';
import type { EmbeddedPostgres } from './postgres.ts';
import { embeddedScratch } from './scratch.ts';
import * as sql from './statements.ts';

/** The copy that needs none: what a session's database was when it was made. */
const EMPTY = 'empty';

const refusal = (code: string, message: string): ProviderError => ({ code, message, retryable: false });
const DATABASE_MISSING = refusal('database_missing', 'This session has no database.');
const CHECKPOINT_MISSING = refusal('checkpoint_missing', 'The data of that version is no longer there.');
const TOO_LARGE = refusal(
  'database_too_large',
  'There is more data than is kept for a version: going back to this one later can restore its code only.',
);

/** A refusal on its way through `async` code. */
class Refused extends Error {
  readonly error: ProviderError;
  constructor(error: ProviderError) {
    super(error.code);
    this.error = error;
  }
}

const refuse = (error: ProviderError): never => {
  throw new Refused(error);
};

const sizeOf = async (client: ClientBase, name: string): Promise<number> => {
  const { rows } = await client.query<{ bytes: string }>('SELECT pg_database_size($1::name) AS bytes', [
    name,
  ]);
  return Number(rows[0]?.bytes ?? 0);
};

/** Every copy is a database of the same cluster, made by Postgres from the session's own as a template. */
export const embeddedCheckpoints = (
  cluster: EmbeddedPostgres,
  {
    largest = MAX_DATABASE_BYTES,
    graceMs,
    idleMs,
  }: {
    /** Bytes a database may have for a copy to be taken of it. */
    readonly largest?: number;
    /** Milliseconds a statement of the app may still take when its connection is in the way. */
    readonly graceMs?: number;
    /** Milliseconds it may ask for nothing before it is taken for one that is done. */
    readonly idleMs?: number;
  } = {},
): Checkpoints => {
  const { admin } = cluster;

  const alone = <A>(client: ClientBase, oid: string, work: () => Promise<A>): Promise<A> =>
    withNobodyConnected(admin, client, { oid, graceMs, idleMs }, work);

  const attempt = <A>(
    doing: string,
    { slug, signal, isOver }: TakeRequest | RestoreRequest | BringRequest,
    work: (client: ClientBase) => Promise<A>,
  ): TE.TaskEither<ProviderError, A> =>
    TE.tryCatch(
      () =>
        admin.copying(signal, (client) =>
          exclusively(client, databaseName(slug), () => (isOver() ? refuse(TOO_LATE) : work(client))),
        ),
      (error) => (error instanceof Refused ? error.error : toProviderError(doing, signal)(error)),
    );

  const describe = async (client: ClientBase, slug: string, checkpointId: string): Promise<Copy> => {
    if (checkpointId === EMPTY) return { checkpointId, bytes: 0, tables: [] };
    const name = copyName(slug, checkpointId);
    const tables = await entering(cluster, client, { database: name, owner: databaseName(slug) }, tablesIn);
    return { checkpointId, bytes: await sizeOf(client, name), tables };
  };

  /** Which of the copies to keep has in it what the session's database has; `undefined` where that is not certain. */
  const sameAs = async (
    client: ClientBase,
    slug: string,
    name: string,
    look: Look,
    keep: readonly string[],
  ): Promise<string | undefined> => {
    if (!look.settled) return undefined;
    const notes = await notesOf(client, databaseName(slug));
    const asMade = notes.get(name)?.as === look.text;
    return asMade ? EMPTY : keep.find((id) => notes.get(copyName(slug, id))?.as === look.text);
  };

  const live = async (client: ClientBase, slug: string): Promise<Look> =>
    (await lookAt(client, databaseName(slug))) ?? refuse(DATABASE_MISSING);

  const giveUpAllBut = async (client: ClientBase, slug: string, keep: readonly string[]): Promise<void> => {
    const kept = new Set([databaseName(slug), ...keep.map((id) => copyName(slug, id))]);
    for (const name of (await notesOf(client, databaseName(slug))).keys())
      if (!kept.has(name) && !isScratch(name)) await dropBeside(client, name);
  };

  const take = async (client: ClientBase, { slug, checkpointId, keep }: TakeRequest): Promise<Copy> => {
    await giveUpAllBut(client, slug, [...keep, checkpointId]);
    const [name, copy] = [databaseName(slug), copyName(slug, checkpointId)];
    // An attempt whose answer was lost has made it.
    if ((await notesOf(client, copy)).has(copy)) return describe(client, slug, checkpointId);
    const now = await live(client, slug);
    const same =
      (await sameAs(client, slug, name, now, keep)) ??
      (await alone(client, now.oid, async () => {
        const before = await live(client, slug);
        const found = await sameAs(client, slug, name, before, keep);
        if (found !== undefined) return found;
        if ((await sizeOf(client, name)) > largest) refuse(TOO_LARGE);
        await client.query(sql.copyDatabase(copy, name));
        await client.query(sql.closeToPublic(copy));
        const after = await live(client, slug);
        // Only where nobody came in between is it known what the copy has in it.
        if (before.settled && after.text === before.text)
          await client.query(writeNote(copy, { as: before.text }));
        return undefined;
      }));
    return describe(client, slug, same ?? checkpointId);
  };

  const restore = async (client: ClientBase, request: RestoreRequest): Promise<Copy> => {
    const { slug, checkpointId } = request;
    const before = await movedBefore(client, request);
    if (before !== undefined) {
      await moveCode(request);
      return describe(client, slug, before);
    }
    await prepare(client, request);
    const { oid } = await live(client, slug);
    const swapped = { ...request, like: checkpointId };
    const kept = await alone(client, oid, () => swap(client, swapped));
    return describe(client, slug, kept);
  };

  /** What this very move has put aside when it was made, where it was. */
  const movedBefore = async (
    client: ClientBase,
    { slug, moveId, keep }: Pick<RestoreRequest, 'slug' | 'moveId' | 'keep'>,
  ): Promise<string | undefined> => {
    const { move, before } = (await notesOf(client, databaseName(slug))).get(databaseName(slug)) ?? {};
    const isSo = move === moveId && before !== undefined && [...keep, moveId, EMPTY].includes(before);
    return isSo ? before : undefined;
  };

  const bring = async (client: ClientBase, request: BringRequest): Promise<Brought> => {
    const { slug, from, moveId } = request;
    const done = await movedBefore(client, request);
    if (done !== undefined) return { before: await describe(client, slug, done), tables: [] };
    const tables = await fill(client, request);
    const { oid } = await live(client, slug);
    const swapped = {
      ...request,
      ...(from.checkpointId === EMPTY ? { like: EMPTY } : {}),
      moveId,
      meanwhile: TE.right(undefined),
    };
    const before = await alone(client, oid, () => swap(client, swapped));
    return { before: await describe(client, slug, before), tables };
  };

  /**
   * A database of this session's own role with what the other's copy has, made anew: a part of one is of no use. The copy
   * is read as the other session's role, from a copy of it that is this session's to make and to drop.
   */
  const fill = async (
    client: ClientBase,
    { slug, from, moveId, signal }: BringRequest,
  ): Promise<Brought['tables']> => {
    const [incoming, source] = [incomingName(slug, moveId), copyName(from.slug, from.checkpointId)];
    const [theirs, ours] = [databaseName(from.slug), databaseName(slug)];
    await dropBeside(client, incoming);
    if (from.checkpointId === EMPTY) {
      await client.query(sql.copyDatabase(incoming, sql.PRISTINE, ours));
      await sql.runAll(client, sql.resetDatabase(incoming));
      return [];
    }
    if (!(await notesOf(client, source)).has(source)) refuse(CHECKPOINT_MISSING);
    const read = scratchName(slug);
    await dropBeside(client, read);
    await client.query(sql.copyDatabase(read, source, theirs));
    await client.query(sql.closeToPublic(read));
    await client.query(sql.copyDatabase(incoming, sql.PRISTINE, ours));
    await sql.runAll(client, sql.resetDatabase(incoming));
    try {
      return await entering(cluster, client, { database: read, owner: theirs }, (reading) =>
        entering(cluster, client, { database: incoming, owner: ours }, async (writing) => {
          await writing.query('BEGIN');
          await dump(reading, async (text) => {
            signal.throwIfAborted();
            await writing.query(text);
          });
          await writing.query('COMMIT');
          // As it was told to, it looks for names nowhere.
          await writing.query('RESET search_path');
          return tablesIn(writing);
        }),
      );
    } finally {
      await dropBeside(client, read);
    }
  };

  const moveCode = async ({ meanwhile }: Pick<RestoreRequest, 'meanwhile'>): Promise<void> => {
    const moved = await meanwhile();
    if (E.isLeft(moved)) refuse(moved.left);
  };

  /** A copy of the copy, under the name of this move, to take the place of what is there. */
  const prepare = async (client: ClientBase, request: RestoreRequest): Promise<void> => {
    const { slug, checkpointId, moveId } = request;
    const [incoming, from] = [incomingName(slug, moveId), copyName(slug, checkpointId)];
    const notes = await notesOf(client, databaseName(slug));
    if (!notes.has(incoming)) {
      if (checkpointId !== EMPTY && !notes.has(from)) refuse(CHECKPOINT_MISSING);
      const owner = databaseName(slug);
      await client.query(sql.copyDatabase(incoming, checkpointId === EMPTY ? sql.PRISTINE : from, owner));
    }
    await sql.runAll(client, sql.resetDatabase(incoming));
  };

  /**
   * One transaction: names change hands in it, or they do not. Until it ends whoever connects waits, so that the code that
   * is moved in the midst of it meets the data that goes with it.
   */
  const swap = async (
    client: ClientBase,
    request: Pick<RestoreRequest, 'slug' | 'moveId' | 'keep' | 'meanwhile'> & {
      /** The copy of this session that what comes is the same as, where there is one. */
      readonly like?: string;
    },
  ): Promise<string> => {
    const { slug, like, moveId, keep } = request;
    const [name, incoming] = [databaseName(slug), incomingName(slug, moveId)];
    const [copy, outgoing] = [copyName(slug, moveId), outgoingName(slug, moveId)];
    await client.query('BEGIN');
    try {
      // Nobody is there any more, nor can anybody come: what is counted now is all there is to count.
      await client.query(sql.renameDatabase(name, outgoing));
      const look = (await lookAt(client, outgoing)) ?? refuse(DATABASE_MISSING);
      const same = await sameAs(client, slug, outgoing, look, keep);
      if (same === undefined) await sql.runAll(client, sql.keepDatabase(outgoing, copy));
      const { text: as } = (await lookAt(client, incoming)) ?? refuse(CHECKPOINT_MISSING);
      await client.query(sql.renameDatabase(incoming, name));
      const done = { move: moveId, before: same ?? moveId };
      await client.query(writeNote(name, like === EMPTY ? { as, ...done } : done));
      if (like !== undefined && like !== EMPTY) await client.query(writeNote(copyName(slug, like), { as }));
      await moveCode(request);
      await client.query('COMMIT');
      if (same !== undefined) await sql.runAll(client, sql.dropDatabase(outgoing));
      return same ?? moveId;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  };

  return {
    most: MAX_COPIES,
    take: (request) => attempt('keep the data', request, (client) => take(client, request)),
    restore: (request) => attempt('restore the data', request, (client) => restore(client, request)),
    scratch: embeddedScratch(cluster),
    bring: (request) => attempt('bring the data over', request, (client) => bring(client, request)),
  };
};
