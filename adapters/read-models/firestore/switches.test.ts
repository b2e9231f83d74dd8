import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { planned, started } from '../../../domain/testing/histories.ts';
import type { FeedEvent, ReadModels } from '../../../projections/ports.ts';
import type { Projection } from '../../../projections/projection.ts';
import { startProjector } from '../../../projections/projector.ts';
import { sessionView } from '../../../projections/session-view/index.ts';
import { byNumber, createTestFeed, published } from '../../../projections/testing/feed.ts';
import type { SessionView } from '../../../projections/views.ts';
import { type FirestoreStandIn, startFirestoreStandIn } from '../../../tests/stand-ins/firestore/server.ts';
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

let firestore: FirestoreStandIn;
const closers: (() => Promise<void>)[] = [];
beforeEach(async () => {
  firestore = await startFirestoreStandIn();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await firestore.close();
});

/** A server of its own over the views all of them share, with a log that reaches it at its own pace. */
const serve = async (
  projection: Projection<SessionView>,
  { graceMs = NEVER_MS }: { readonly graceMs?: number } = {},
) => {
  const kept = await openFirestoreReadModels({
    projectId: 'apps-of-ann',
    emulator: firestore.host,
    pace: async () => undefined,
  });
  const dropped: string[] = [];
  const readModels: ReadModels = {
    ...kept,
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
    log: { info: () => undefined, warn: () => undefined },
    comparePositions: byNumber,
    retryMs: 10,
    graceMs,
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
    isBuilt: () => expect.poll(async () => (await projector.status()).building).toBeUndefined(),
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
    await expect.poll(after.roles).toEqual({ serving: NEXT });
    expect(after.dropped).toEqual([NOW]);
    expect(JSON.stringify(firestore.documents())).not.toContain(`${NOW}/`);
  });
});
