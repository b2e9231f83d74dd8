import { setTimeout } from 'node:timers/promises';
import { isRight } from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { planned, started } from '../../../domain/testing/histories.ts';
import type { FeedEvent, ReadModels } from '../../../projections/ports.ts';
import type { Projection } from '../../../projections/projection.ts';
import { startProjector } from '../../../projections/projector.ts';
import { sessionView } from '../../../projections/session-view/index.ts';
import { createTestFeed, published, unheard } from '../../../projections/testing/feed.ts';
import type { SessionView } from '../../../projections/views.ts';
import { type FirestoreStandIn, startFirestoreStandIn } from '../../../tests/stand-ins/firestore/server.ts';
import { documentId } from '../../firestore/ids.ts';
import { openFirestoreReadModels } from './open.ts';

const NEVER_MS = 60_000;
const NOW = `session_view_v${sessionView.version}`;
const LOG = published([
  planned(),
  ...Array.from({ length: 8 }, () => started('push')),
  { type: 'SessionForgotten', data: {} },
]);
const until = (from: number, to: number): readonly FeedEvent[] => LOG.slice(from, to);

/** Another release: it has no code for the version of this one. */
const next: Projection<SessionView> = { ...sessionView, version: sessionView.version + 1 };
const NEXT = `session_view_v${next.version}`;

/** However busy the machine is. */
const soon = <A>(what: () => A) => expect.poll(what, { timeout: 30_000 });

let firestore: FirestoreStandIn;
const closers: (() => Promise<void>)[] = [];
beforeEach(async () => {
  firestore = await startFirestoreStandIn();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await firestore.close();
});

/** Whether there is anything of that table: it is out of the catalogue first, and then what it held is deleted. */
const isLeft = (table: string): boolean =>
  firestore.documents().some(({ name }) => `${name}/`.includes(`_views/${documentId(table)}/`));

/** A server of its own over the views all of them share, with a log that reaches it at its own pace. */
const serve = async (
  projection: Projection<SessionView>,
  {
    graceMs = NEVER_MS,
    lookMs = NEVER_MS,
    begun = async () => undefined,
  }: {
    readonly graceMs?: number;
    readonly lookMs?: number;
    /** What happens elsewhere when this one has begun its first table. */
    readonly begun?: () => Promise<unknown>;
  } = {},
) => {
  const kept = await openFirestoreReadModels({
    projectId: 'apps-of-ann',
    emulator: firestore.host,
    pace: async () => undefined,
  });
  const dropped: string[] = [];
  const begunTables: string[] = [];
  const readModels: ReadModels = {
    ...kept,
    begin: async (table) => {
      await kept.begin(table);
      if (begunTables.push(table.name) === 1) await begun();
    },
    drop: (table) => {
      dropped.push(table);
      return kept.drop(table);
    },
  };
  const feed = createTestFeed([3]);
  const stop = new AbortController();
  const projector = startProjector(projection, {
    feed,
    readModels,
    signal: stop.signal,
    ...unheard,
    retryMs: 10,
    graceMs,
    lookMs,
  });
  let isOver = false;
  const end = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    stop.abort();
    await projector.stopped;
    await kept.close();
  };
  closers.push(end);
  const roles = async () =>
    Object.fromEntries((await kept.tables('session_view')).map(({ name, role }) => [role, name]));
  return {
    ...projector,
    feed,
    dropped,
    roles,
    end,
    revision: async () => (await projector.get('abc'))?.revision,
    table: async () => (await projector.status()).serving?.table,
    isBuilt: () => soon(async () => (await projector.status()).building).toBeUndefined(),
  };
};

type Server = Awaited<ReturnType<typeof serve>>;

const arrive = async (events: readonly FeedEvent[], ...servers: readonly Server[]): Promise<void> => {
  for (const { feed } of servers) feed.append(events);
  for (const { waitFor } of servers) await waitFor(events.at(-1)?.position ?? '', NEVER_MS);
};

const rebuilt = async (server: Server): Promise<void> => {
  await server.rebuild();
  await server.isBuilt();
};

describe('a session that is forgotten', () => {
  test('costs no server its table, whoever hears of it first', async () => {
    const [one, other] = [await serve(sessionView), await serve(sessionView)];
    await arrive(until(0, 4), one, other);
    await rebuilt(one);
    await arrive(until(4, 10), other);
    expect(await one.revision()).toBe(3);
    await arrive(until(4, 10), one);
    expect(await one.revision()).toBe(9);
    expect(other.dropped).toEqual([]);
    expect(await other.roles()).toEqual({ kept: NOW, serving: `${NOW}~2` });
  });

  test('leaves a server of the release before what it serves from', async () => {
    const before = await serve(sessionView);
    await arrive(until(0, 4), before);
    const after = await serve(next);
    await arrive(until(0, 10), after);
    await arrive(until(4, 10), before);
    expect(await before.revision()).toBe(9);
    expect(await after.roles()).toEqual({ kept: NOW, serving: NEXT });
    expect(after.dropped).toEqual([]);
  });

  test('is not remembered by a table that no server keeps up to date any more', async () => {
    const before = await serve(sessionView);
    await arrive(until(0, 4), before);
    await before.end();
    const after = await serve(next, { graceMs: 5 });
    await arrive(until(0, 10), after);
    await soon(after.roles).toEqual({ serving: NEXT });
    expect(after.dropped).toEqual([NOW]);
    await soon(() => isLeft(NOW)).toBe(false);
  });
});

describe('a switch that one server makes', () => {
  const looking = { lookMs: 5 };

  test('is followed by the others, which then can go back as well', async () => {
    const [one, other] = [await serve(sessionView), await serve(sessionView, looking)];
    await arrive(until(0, 4), one, other);
    await rebuilt(one);
    await soon(other.table).toBe(`${NOW}~2`);
    expect((await other.status()).kept).toMatchObject({ table: NOW, followed: true });
    await arrive(until(4, 8), one, other);
    expect(await other.revision()).toBe(7);
    expect(isRight(await other.rollback())).toBe(true);
    expect(await other.roles()).toEqual({ serving: NOW, kept: `${NOW}~2` });
  });

  test('and makes again leaves nobody with a table that is gone, and nobody makes that anew', async () => {
    const [one, other] = [await serve(sessionView), await serve(sessionView, looking)];
    await arrive(until(0, 4), one, other);
    await rebuilt(one);
    await rebuilt(one);
    await soon(other.table).toBe(`${NOW}~3`);
    await arrive(until(4, 8), one, other);
    expect(await other.revision()).toBe(7);
    await soon(() => isLeft(NOW)).toBe(false);
  });

  test('twice is heard of at the next event by a server that has not looked', async () => {
    const [one, other] = [await serve(sessionView), await serve(sessionView)];
    await arrive(until(0, 4), one, other);
    await rebuilt(one);
    await rebuilt(one);
    await arrive(until(4, 8), other);
    expect(await other.table()).toBe(`${NOW}~3`);
    expect(await other.revision()).toBe(7);
  });

  test('takes no event away again that readers of another one have seen', async () => {
    const [one, other] = [await serve(sessionView), await serve(sessionView, looking)];
    await arrive(until(0, 4), one, other);
    await arrive(until(4, 8), other);
    await rebuilt(one);
    const seen: (number | undefined)[] = [];
    while ((await other.table()) === NOW) seen.push(await other.revision());
    expect([...new Set(seen), await other.revision()].every((revision) => revision === 7)).toBe(true);
  });

  test('takes no event away again that another one has written into the table before it arrived', async () => {
    const [one, other] = [await serve(sessionView), await serve(sessionView, looking)];
    const ahead = await serve(sessionView);
    await arrive(until(0, 4), one, other, ahead);
    await arrive(until(4, 8), ahead);
    expect(await other.revision()).toBe(7);
    await rebuilt(one);
    const seen = new Set<number | undefined>();
    for (let look = 0; look < 20; look += 1) {
      seen.add(await other.revision());
      await setTimeout(10);
    }
    await arrive(until(4, 8), one, other);
    await soon(other.table).toBe(`${NOW}~2`);
    expect([...seen, await other.revision()]).toEqual([7, 7]);
  });

  test('is one table where two were asked for it at once', async () => {
    const [one, other] = [await serve(sessionView, looking), await serve(sessionView, looking)];
    await arrive(until(0, 4), one, other);
    await Promise.all([rebuilt(one), rebuilt(other)]);
    await arrive(until(4, 8), one, other);
    for (const server of [one, other]) expect(await server.table()).toBe(`${NOW}~2`);
    for (const server of [one, other]) expect(await server.revision()).toBe(7);
    expect(await one.roles()).toEqual({ serving: `${NOW}~2`, kept: NOW });
  });

  test('of a later release leaves the others where they are, until their table is gone', async () => {
    const before = await serve(sessionView, looking);
    await arrive(until(0, 4), before);
    const after = await serve(next, looking);
    await arrive(until(0, 4), after);
    expect(await before.table()).toBe(NOW);
    await rebuilt(after);
    await soon(before.table).toBe(`${NEXT}~2`);
    expect(await before.revision()).toBe(3);
    expect(await before.roles()).toEqual({ kept: NEXT, serving: `${NEXT}~2` });
  });
});

describe('a build that another server has dropped', () => {
  test('ends, and the version of a later release is built by it all the same', async () => {
    const before = await serve(sessionView, { lookMs: 5 });
    await arrive(until(0, 4), before);
    const after = await serve(next, { lookMs: 5, begun: before.rebuild });
    await arrive(until(0, 4), after);
    await soon(after.table).toContain(NEXT);
    await before.isBuilt();
    expect(await before.revision()).toBe(3);
    expect(await after.revision()).toBe(3);
  });
});
