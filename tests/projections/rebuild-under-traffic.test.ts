import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isRight } from 'fp-ts/lib/Either.js';
import { afterEach, describe, expect, test } from 'vitest';
import { comparePositions } from '../../api/composition/positions.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import { planned, started } from '../../domain/testing/histories.ts';
import type { Projection } from '../../projections/projection.ts';
import { startProjector } from '../../projections/projector.ts';
import { sessionView } from '../../projections/session-view/index.ts';
import type { SessionView } from '../../projections/views.ts';
import { attempts, idOf, openSessionsLog, type SessionsLog } from './support/sessions-log.ts';
import { openViewsFile } from './support/views-file.ts';

/** The table this release serves from, and that of one with the version after it. */
const NOW = `session_view_v${sessionView.version}`;
const NEXT = `session_view_v${sessionView.version + 1}`;

const SESSIONS = 60;
const EVENTS_EACH = 500;
const NEVER_MS = 30_000;

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const openLog = (): SessionsLog => {
  const dir = mkdtempSync(join(tmpdir(), 'mk0r-log-'));
  const log = openSessionsLog(dir);
  closers.push(async () => {
    await log.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return log;
};

const serve = async (projection: Projection<SessionView>, log: SessionsLog, file = openViewsFile()) => {
  const stop = new AbortController();
  const said: string[] = [];
  const say = (_: object, line: string): void => void said.push(line);
  const projector = startProjector(projection, {
    feed: log.feed,
    readModels: file.readModels,
    comparePositions,
    signal: stop.signal,
    log: { info: say, warn: say },
  });
  return {
    ...projector,
    file,
    said,
    stop: async () => {
      stop.abort();
      await projector.stopped;
    },
  };
};

type Serving = Awaited<ReturnType<typeof serve>>;

/** Visitors of every session, who write, and read what they wrote and what is there, until told to stop. */
const traffic = (log: SessionsLog, view: Serving) => {
  const seen = {
    writes: 0,
    reads: 0,
    failedReads: 0,
    gaps: 0,
    ownWritesMissed: 0,
    tables: new Set<string>(),
  };
  const last = new Map<string, number>();
  let goesOn = true;

  const read = async (session: number): Promise<number> => {
    seen.reads += 1;
    try {
      const doc = await view.get(idOf(session));
      const revision = doc?.revision ?? -1;
      if (revision < (last.get(idOf(session)) ?? -1)) seen.gaps += 1;
      last.set(idOf(session), Math.max(revision, last.get(idOf(session)) ?? -1));
      return revision;
    } catch {
      seen.failedReads += 1;
      return Number.POSITIVE_INFINITY;
    }
  };

  const writer = async (first: number): Promise<void> => {
    for (let session = first; goesOn; session = (session + 7) % SESSIONS) {
      const { revision, position } = await log.append(session, attempts(1 + (session % 3)));
      seen.writes += 1;
      await view.waitFor(position, NEVER_MS);
      if ((await read(session)) < revision) seen.ownWritesMissed += 1;
    }
  };
  const reader = async (): Promise<void> => {
    for (let session = 0; goesOn; session = (session + 1) % SESSIONS) {
      await read(session);
      if (session % 10 === 0) await nextTurn();
    }
  };
  const running = Promise.all([writer(0), reader(), reader()]);
  return {
    seen,
    end: async () => {
      goesOn = false;
      await running;
    },
  };
};

const filled = async (): Promise<SessionsLog> => {
  const log = openLog();
  await log.fill(SESSIONS, EVENTS_EACH);
  return log;
};

const isBuilt = async (view: Serving): Promise<void> => {
  // Answered once the view is opened: nothing is being built before.
  await view.get(idOf(0));
  while ((await view.status()).building !== undefined) await nextTurn();
};

const UNDISTURBED = { failedReads: 0, gaps: 0, ownWritesMissed: 0 };

describe('while visitors write and read', () => {
  test('rebuilds and rollbacks go unnoticed', async () => {
    const log = await filled();
    const view = await serve(sessionView, log);
    closers.push(view.file.close, view.stop);
    await view.caughtUp;
    const visitors = traffic(log, view);
    const tables = async () => {
      const { serving, kept } = await view.status();
      return [serving?.table, kept?.table];
    };

    // What serves is kept, and what was kept is gone; a rollback changes places.
    for (const [built, before] of [
      [`${NOW}~2`, NOW],
      [`${NOW}~3`, NOW],
      [`${NOW}~4`, NOW],
    ]) {
      await view.rebuild();
      await isBuilt(view);
      expect(await tables()).toEqual([built, before]);
      expect(isRight(await view.rollback())).toBe(true);
      expect(await tables()).toEqual([before, built]);
    }

    await visitors.end();
    expect(visitors.seen).toMatchObject(UNDISTURBED);
    expect(visitors.seen.writes).toBeGreaterThan(20);
    const { position } = await log.append(0, attempts(1));
    await view.waitFor(position, NEVER_MS);
    while ((await view.status()).kept?.behind !== 0) await nextTurn();
    expect(view.file.dump('session_view', 'kept')).toEqual(view.file.dump('session_view', 'serving'));
    process.stdout.write(
      `rebuild under traffic: 3 rebuilds, 3 rollbacks, ${visitors.seen.writes} writes, ${visitors.seen.reads} reads; ` +
        '0 failed, 0 gaps, 0 own writes missed\n',
    );
  });

  test('a release with another version takes over, and the one before can be gone back to', async () => {
    const log = await filled();
    const before = await serve(sessionView, log);
    await before.caughtUp;
    await before.stop();

    const renamed: Projection<SessionView> = {
      ...sessionView,
      version: sessionView.version + 1,
      previous: sessionView,
      evolve: (doc, event) => {
        const next = sessionView.evolve(doc, event);
        return next && { ...next, title: 'of version 2' };
      },
    };
    const after = await serve(renamed, log, before.file);
    closers.push(before.file.close, after.stop);
    const visitors = traffic(log, after);
    await isBuilt(after);
    expect(await after.status()).toMatchObject({
      version: sessionView.version + 1,
      serving: { table: NEXT },
      kept: { table: NOW, followed: true },
      pinned: false,
    });
    expect(await after.get(idOf(3))).toMatchObject({ title: 'of version 2' });
    expect(isRight(await after.rollback())).toBe(true);
    expect(await after.status()).toMatchObject({ serving: { table: NOW }, pinned: true });
    expect(await after.get(idOf(3))).toMatchObject({ title: '' });
    await visitors.end();
    expect(visitors.seen).toMatchObject(UNDISTURBED);

    // What an operator went back to stays, whoever is restarted.
    await after.stop();
    const restarted = await serve(renamed, log, before.file);
    closers.push(restarted.stop);
    await restarted.caughtUp;
    expect(await restarted.status()).toMatchObject({ serving: { table: NOW }, pinned: true });
    await restarted.rebuild();
    await isBuilt(restarted);
    expect(await restarted.status()).toMatchObject({
      serving: { table: `${NEXT}~2` },
      pinned: false,
    });
  });
});

describe('an event this release does not know', () => {
  const unknown = { type: 'MindRead', data: {} } as unknown as SessionEvent;

  test('is passed over by what serves, and stops a rebuild, which names it; what serves goes on', async () => {
    const log = openLog();
    const view = await serve(sessionView, log);
    closers.push(view.file.close, view.stop);
    await view.caughtUp;
    await log.append(0, [planned(), unknown, started('push')]);
    const { position } = await log.append(0, [unknown]);
    await view.waitFor(position, NEVER_MS);
    expect(await view.status()).toMatchObject({ unknownEvents: { MindRead: 2 } });
    expect(view.said.filter((line) => line.includes('MindRead'))).toHaveLength(1);

    await view.rebuild();
    while ((await view.status()).building?.state !== 'refused') await nextTurn();
    const { building, serving } = await view.status();
    expect(building?.reason).toContain('position 2 (session-session0, revision 1) is a MindRead');
    expect(serving).toMatchObject({ table: NOW, behind: 0 });
    expect(await view.get(idOf(0))).toMatchObject({ revision: 3 });
  });
});
