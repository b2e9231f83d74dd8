import { describe, expect, test } from 'vitest';
import { coldSession, isAtRest } from '../../commands/testing/visits.ts';
import { createTestWorld, factsOf } from '../../commands/testing/world.ts';
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
