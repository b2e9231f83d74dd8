import { describe, expect, test } from 'vitest';
import { ERASED } from '../../domain/envelope.ts';
import { coldSession, isAtRest, visitorOf } from '../testing/visits.ts';
import { createTestWorld, historyOf, liveResources, NOTHING, startTestServer } from '../testing/world.ts';

/** A session in the middle of its end, and how to go on after a crash at that moment. */
const closingSession = async (seed: number) => {
  const world = createTestWorld({ seed });
  const { server, sessionId } = await coldSession(world, 'My diary');
  await world.time.until(() => isAtRest(server.session(sessionId)));
  await world.time.pass(2_000);
  const events = async () => (await historyOf(world, sessionId)).length;
  const before = await events();
  await world.time.during(server.commands.close(visitorOf(sessionId))());

  const crashAndGoOn = async (): Promise<void> => {
    server.crash();
    const next = startTestServer(world);
    await world.time.until(() => next.session(sessionId)?.status === 'forgotten');
    await world.time.pass(5_000);
    expect(liveResources(world)).toEqual(NOTHING);
    const told = await next.context.reader.session(sessionId)();
    expect(JSON.stringify(told)).toContain(ERASED);
    expect(JSON.stringify(told)).not.toContain('My diary');
    const types = (await historyOf(world, sessionId)).map(({ type }) => type);
    expect(types.filter((type) => type === 'SessionClosed')).toHaveLength(1);
    expect(types.at(-1)).toBe('SessionForgotten');
  };
  return { world, server, sessionId, closing: async () => (await events()) - before, crashAndGoOn };
};

describe('a server that is killed while it ends a session', () => {
  test('after any event of it leaves nothing behind, and says the end once', async () => {
    const { world, server, sessionId, closing } = await closingSession(1);
    await world.time.until(() => server.session(sessionId)?.status === 'forgotten');
    const events = await closing();
    expect(events).toBe(14);
    for (let crashAt = 1; crashAt <= events; crashAt += 1) {
      const visit = await closingSession(crashAt);
      while ((await visit.closing()) < crashAt) await visit.world.time.pass(1);
      await visit.crashAndGoOn();
    }
  });

  test('at any moment in between leaves nothing behind either', async () => {
    for (let ms = 0; ms <= 300; ms += 15) {
      const visit = await closingSession(ms);
      await visit.world.time.pass(ms);
      await visit.crashAndGoOn();
    }
  });
});
