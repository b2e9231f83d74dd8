import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test, vi } from 'vitest';
import type { SandboxVersions, VersionReport } from '../../commands/ports/sandboxes.ts';
import { coldSession, isAtRest, visitorOf } from '../../commands/testing/visits.ts';
import { resourceName } from '../../domain/services.ts';
import { createOldVersions } from './old-versions.ts';

const IDLE_MS = 60_000;
const DOWN = { code: 'bridge_timeout', message: 'No answer.', retryable: true };

/** An app with one turn, in a sandbox that shows older versions. */
const app = async () => {
  const visit = await coldSession(undefined, 'First');
  const { world, server, sessionId, slug } = visit;
  await world.time.until(() => isAtRest(server.session(sessionId)));
  await world.time.until(() => server.session(sessionId)?.checkpointDue === undefined);
  let shown: VersionReport = { state: 'closed', idleMs: 0, log: '' };
  let opens: TE.TaskEither<typeof DOWN, void> = TE.right(undefined);
  const given: Record<string, string>[] = [];
  const versions: SandboxVersions = {
    endpoint: { origin: 'http://version', headers: {} },
    open:
      ({ sha, env }) =>
      async () => {
        given.push({ ...env });
        const opened = await opens();
        if (E.isRight(opened)) shown = { state: 'ready', sha, idleMs: 0, log: '' };
        return opened;
      },
    report: () => async () => E.right(shown),
    close: () => async () => {
      shown = { ...shown, state: 'closed' };
      return E.right(undefined);
    },
  };
  const { world: outside } = server.context;
  const reach = async () => {
    const sandbox = outside.sandboxes.running(resourceName(slug));
    return sandbox && { ...sandbox, versions };
  };
  const old = createOldVersions(server.context, reach, { idleMs: IDLE_MS, lookEveryMs: 1_000 });
  const root = server.session(sessionId)?.history?.root ?? '';
  const scratches = async () => {
    const left = await world.time.during(
      world.providers.neon.checkpoints.scratch.list(new AbortController().signal)(),
    );
    return E.isRight(left) ? left.right : [];
  };
  const state = async () => (await world.time.during(old.version(sessionId))).state;
  const open = (commit = root) => world.time.during(old.openVersion({ sessionId, commit })());
  const untilState = async (wanted: string) => {
    for (let tries = 0; (await state()) !== wanted; tries += 1) {
      if (tries > 200) throw new Error(`it is ${await state()}, and not ${wanted}`);
      await world.time.pass(100);
    }
  };
  return {
    ...visit,
    old,
    root,
    given,
    scratches,
    state,
    open,
    untilState,
    says: (next: Partial<VersionReport>) => {
      shown = { ...shown, ...next };
    },
    cannotOpen: (error: typeof DOWN) => {
      opens = TE.left(error);
    },
  };
};

describe('an older version', () => {
  test('is opened with a database of its own, and closed with it', async () => {
    const { world, old, open, given, slug, sessionId, scratches, state, untilState } = await app();
    expect(await open()).toMatchObject({ right: { state: 'opening', data: 'none' } });
    await untilState('open');
    expect(given).toEqual([{ DATABASE_URL: `postgresql://scratch-of-${slug}` }]);
    expect(await scratches()).toEqual([slug]);
    expect(await world.time.during(old.target(slug))).toMatchObject({
      state: 'up',
      sandbox: { preview: { origin: 'http://version' } },
    });
    await world.time.during(old.closeVersion({ sessionId })());
    expect([await state(), await scratches()]).toEqual(['closed', []]);
    expect(await world.time.during(old.target(slug))).toMatchObject({ state: 'closed' });
  });

  test('that nobody uses closes by itself, and its database goes', async () => {
    const { world, open, says, state, scratches, untilState } = await app();
    await open();
    await untilState('open');
    says({ idleMs: IDLE_MS - 1 });
    await world.time.pass(5_000);
    expect(await state()).toBe('open');
    says({ idleMs: IDLE_MS });
    await world.time.pass(5_000);
    expect([await state(), await scratches()]).toEqual(['closed', []]);
  });

  test('goes with its sandbox and with its session', async () => {
    const { world, server, sessionId, open, untilState, scratches } = await app();
    await open();
    await untilState('open');
    await world.time.during(server.commands.close(visitorOf(sessionId))());
    await world.time.pass(5_000);
    expect(await scratches()).toEqual([]);
  });

  test('that cannot be opened says why, and leaves no database', async () => {
    const { open, cannotOpen, old, world, sessionId, untilState, scratches } = await app();
    cannotOpen(DOWN);
    await open();
    await untilState('failed');
    expect(await world.time.during(old.version(sessionId))).toMatchObject({ error: DOWN });
    await world.time.pass(1_000);
    expect(await scratches()).toEqual([]);
  });

  test('whose sandbox was made by an earlier release is not shown, and says what to do', async () => {
    const { open, cannotOpen, old, world, sessionId, untilState } = await app();
    cannotOpen({ ...DOWN, code: 'no_such_route' });
    await open();
    await untilState('failed');
    expect(await world.time.during(old.version(sessionId))).toMatchObject({
      error: { code: 'versions_unsupported', message: expect.stringContaining('Fork the version') },
    });
  });

  test('that does not start says the last thing it printed', async () => {
    const { open, says, old, world, sessionId, untilState } = await app();
    await open();
    await untilState('open');
    says({ state: 'crashed', log: 'SyntaxError: Unexpected token' });
    await world.time.pass(5_000);
    expect(await world.time.during(old.version(sessionId))).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('SyntaxError') },
    });
  });

  test('is one there is, of a session that is awake', async () => {
    const { world, server, sessionId, slug, open, root } = await app();
    expect(await open('f'.repeat(40))).toMatchObject({ left: { code: 'commit_unknown' } });
    world.sandboxes.exits(resourceName(slug));
    server.sandboxExited(slug);
    await world.time.until(() => server.session(sessionId)?.sandbox.status === 'asleep');
    expect(await open(root)).toMatchObject({ left: { code: 'sandbox_asleep' } });
  });

  test('of which a killed process has left the database is swept away', async () => {
    const { world, old, slug, scratches } = await app();
    const signal = new AbortController().signal;
    await world.time.during(world.providers.neon.checkpoints.scratch.open({ slug, signal })());
    expect(await scratches()).toEqual([slug]);
    await world.time.during(old.sweep());
    expect(await scratches()).toEqual([]);
  });

  test.each([
    ['refuses', () => TE.left(DOWN), { code: DOWN.code }],
    ['throws', () => () => Promise.reject(new Error('cut off')), { err: expect.any(Error) }],
  ])('that cannot be swept, since the database %s, are told of in the log', async (_, list, fields) => {
    const { server } = await app();
    const warn = vi.fn();
    const { context } = server;
    const checkpoints = context.world.checkpoints;
    if (checkpoints === undefined) throw new Error('no checkpoints');
    const old = createOldVersions(
      {
        ...context,
        log: { ...context.log, warn },
        world: {
          ...context.world,
          checkpoints: { ...checkpoints, scratch: { ...checkpoints.scratch, list } },
        },
      },
      async () => undefined,
    );
    await old.sweep();
    expect(warn).toHaveBeenCalledExactlyOnceWith(fields, expect.stringContaining('until the next start'));
  });
});
