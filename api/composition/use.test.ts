import { describe, expect, test } from 'vitest';
import { coldSession, isAtRest } from '../../commands/testing/visits.ts';
import { createTestWorld, factsOf, startTestServer, type TestServer } from '../../commands/testing/world.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { createUse } from './use.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const life = { sleepAfterMs: 15 * MINUTE, neverPromptedMs: 10 * HOUR, idleMs: 24 * HOUR };

/** A session at rest, and what another process sees of its use. */
const resting = async () => {
  const world = createTestWorld();
  const visit = await coldSession(world, 'First', { life });
  const { server, sessionId } = visit;
  await world.time.until(() => isAtRest(server.session(sessionId)));
  const context = { ...server.context, presence: { ...server.context.presence, touch: () => undefined } };
  const elsewhere = (tellsLog: boolean) => createUse(context, { tellsLog });
  return { world, sessionId, elsewhere, sandbox: () => server.session(sessionId)?.sandbox.status };
};

describe('an app that is used through a process without process managers', () => {
  test('stays awake for as long as it is used, and sleeps after that', async () => {
    const { world, sessionId, elsewhere, sandbox } = await resting();
    const use = elsewhere(true);
    for (let minute = 0; minute < 60; minute += 1) {
      use(sessionId);
      await world.time.pass(MINUTE);
      expect(sandbox()).toBe('awake');
    }
    await world.time.pass(16 * MINUTE);
    expect(sandbox()).toBe('asleep');
  });

  test('is a few events an hour, however many requests there are', async () => {
    const { world, sessionId, elsewhere } = await resting();
    const use = elsewhere(true);
    for (let second = 0; second < 3_600; second += 10) {
      use(sessionId);
      await world.time.pass(10_000);
    }
    const told = await factsOf(world, sessionId, 'WakeRequested');
    expect(told.length).toBeGreaterThan(3);
    expect(told.length).toBeLessThanOrEqual(12);
    expect(new Set(told.map(({ reason }) => reason))).toEqual(new Set(['its preview is used']));
  });

  test('which runs them tells nobody, and one that is asleep is not told of', async () => {
    const { world, sessionId, elsewhere, sandbox } = await resting();
    elsewhere(false)(sessionId);
    await world.time.pass(16 * MINUTE);
    expect(sandbox()).toBe('asleep');
    elsewhere(true)(sessionId);
    await world.time.pass(MINUTE);
    expect(sandbox()).toBe('asleep');
    expect(await factsOf(world, sessionId, 'WakeRequested')).toEqual([]);
  });
});

describe('an app that is used is not taken for abandoned', () => {
  /** Kept for a day without use, and opened every six hours for three. */
  const KEPT = { life: { sleepAfterMs: 0, neverPromptedMs: 0, idleMs: 24 * HOUR } };
  const days = 3;

  const made = async (mode: 'quick' | 'full', settings = KEPT) => {
    const world = createTestWorld();
    const server = startTestServer(world, settings);
    const command = { commandId: 'create', owner: 'ann', residentialIp: false, prompt: 'First' };
    const quick = mode === 'quick' ? ({ mode } as const) : {};
    const { sessionId } = rightOf(await world.time.during(server.create({ ...command, ...quick })()));
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'finished');
    const useFor = async (use: (sessionId: string) => void, hours: number, every = 6) => {
      for (let hour = 0; hour < hours; hour += every) {
        use(sessionId);
        await world.time.pass(every * HOUR);
      }
    };
    return { world, server, sessionId, useFor };
  };
  const usedIn = ({ context }: TestServer, tellsLog = false) => createUse(context, { tellsLog });
  /** As `usedIn`, in a process that runs no process managers. */
  const usedBeside = ({ context }: TestServer) =>
    createUse({ ...context, presence: { ...context.presence, touch: () => undefined } }, { tellsLog: true });

  test.each(['quick', 'full'] as const)('through another process (%s)', async (mode) => {
    const { server, sessionId, useFor } = await made(mode);
    await useFor(usedBeside(server), days * 24);
    expect(server.session(sessionId)?.status).toBe('open');
  });

  test.each(['quick', 'full'] as const)(
    'by the server that starts after the one that saw it (%s)',
    async (mode) => {
      const { world, server, sessionId, useFor } = await made(mode);
      await useFor(usedIn(server), days * 24);
      server.crash();
      const next = startTestServer(world, KEPT);
      await world.time.pass(MINUTE);
      expect(next.session(sessionId)?.status).toBe('open');
    },
  );

  test('also when it is looked at while it sleeps', async () => {
    const life = { ...KEPT.life, sleepAfterMs: MINUTE };
    const { world, server, sessionId, useFor } = await made('full', { life });
    await world.time.until(() => server.session(sessionId)?.sandbox.status === 'asleep');
    await useFor(usedBeside(server), days * 24);
    expect(server.session(sessionId)).toMatchObject({ status: 'open', sandbox: { status: 'asleep' } });
  });

  test('until it was not used for as long as that', async () => {
    const { world, server, sessionId, useFor } = await made('quick');
    await useFor(usedBeside(server), days * 24);
    // The last was six hours ago.
    await world.time.pass(18 * HOUR - MINUTE);
    expect(server.session(sessionId)?.status).toBe('open');
    await world.time.pass(9 * HOUR);
    expect(server.session(sessionId)?.status).toBe('forgotten');
  });

  test('which is at most three events a day, and none while anything else tells of it', async () => {
    const { world, server, sessionId, useFor } = await made('quick');
    await useFor(usedIn(server), 7.5, 0.5);
    expect(await factsOf(world, sessionId, 'AppUsed')).toEqual([]);
    await useFor(usedIn(server), 24, 0.1);
    expect(await factsOf(world, sessionId, 'AppUsed')).toHaveLength(3);
  });

  test('and no event where nothing is ever ended', async () => {
    const { world, server, sessionId, useFor } = await made('quick', { life: { ...KEPT.life, idleMs: 0 } });
    await useFor(usedIn(server), days * 24);
    expect(await factsOf(world, sessionId, 'AppUsed')).toEqual([]);
  });
});
