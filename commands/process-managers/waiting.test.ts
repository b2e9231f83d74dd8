import { describe, expect, test } from 'vitest';
import { OUTAGE } from '../testing/providers.ts';
import { coldSession, isAtRest } from '../testing/visits.ts';

describe('waiting', () => {
  test('costs nothing: a session with nothing to do sets no timers', async () => {
    const { world, server, sessionId } = await coldSession(undefined, 'Hello');
    await world.time.until(() => isAtRest(server.session(sessionId)));
    await world.time.pass(60_000);
    const before = world.time.fired();
    await world.time.pass(600_000);
    // What is left is the pool keeper's look at the clock, every 30 seconds.
    expect(world.time.fired() - before).toBeLessThanOrEqual(20);
  });

  test('costs nothing while a failed step is blocked by something else', async () => {
    const { world, server, sessionId } = await coldSession(undefined, 'Hello');
    world.agent.will('waits');
    world.github.down(OUTAGE);
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'running');
    await world.time.pass(60_000);
    const before = world.time.fired();
    await world.time.pass(600_000);
    expect(world.time.fired() - before).toBeLessThanOrEqual(20);
  });
});
