import { describe, expect, test } from 'vitest';
import { OUTAGE } from '../testing/providers.ts';
import { coldSession, isAtRest, isReady, visitorOf } from '../testing/visits.ts';
import { createTestWorld, liveResources, NOTHING } from '../testing/world.ts';

describe('closing', () => {
  test('releases everything, and forgets what was said', async () => {
    const { world, server, sessionId } = await coldSession(undefined, 'My diary');
    await world.time.until(() => isAtRest(server.session(sessionId)));
    await world.time.during(server.commands.close(visitorOf(sessionId))());
    await world.time.until(() => server.session(sessionId)?.status === 'forgotten');
    expect(liveResources(world)).toEqual(NOTHING);
    const events = await server.context.reader.session(sessionId)();
    expect(JSON.stringify(events)).not.toContain('My diary');
    expect(JSON.stringify(events)).toContain('[erased]');
  });

  test('in the middle of a boot leaves nothing behind that was still on its way', async () => {
    for (const ms of [0, 40, 90, 150, 210, 300, 420]) {
      const { world, server, sessionId } = await coldSession(createTestWorld({ seed: ms }));
      await world.time.pass(ms);
      await world.time.during(server.commands.close(visitorOf(sessionId))());
      await world.time.until(() => server.session(sessionId)?.status === 'forgotten');
      await world.time.pass(2_000);
      expect(liveResources(world)).toEqual(NOTHING);
    }
  });

  test('goes on for as long as a service is down', async () => {
    const { world, server, sessionId } = await coldSession();
    await world.time.until(() => isReady(server.session(sessionId)));
    world.providers.neon.down(OUTAGE);
    await world.time.during(server.commands.close(visitorOf(sessionId))());
    await world.time.pass(600_000);
    world.providers.neon.down(undefined);
    await world.time.until(() => server.session(sessionId)?.status === 'forgotten');
    expect(liveResources(world)).toEqual(NOTHING);
  });
});
