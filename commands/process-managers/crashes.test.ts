import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds } from '../../domain/testing/property.ts';
import type { ProviderError } from '../ports/services.ts';
import { OUTAGE } from '../testing/providers.ts';
import { coldSession, isReady, type Visit, visitorOf } from '../testing/visits.ts';
import {
  createTestWorld,
  factsOf,
  liveResources,
  NOTHING,
  ONE_OF_EACH,
  startTestServer,
  type TestServer,
} from '../testing/world.ts';

const random = fc.nat(1_000_000);
/** Milliseconds each server lives; the boot takes about 600. */
const answers = fc.array(fc.constantFrom<('ok' | ProviderError)[]>('ok', OUTAGE), { maxLength: 4 });
const lives = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 5 });

/** Kills the server after each of these times and starts another; answers the last one, which lives on. */
const throughCrashes = async ({ world, server }: Visit, times: readonly number[]): Promise<TestServer> => {
  let current = server;
  for (const ms of times) {
    await world.time.pass(ms);
    current.crash();
    current = startTestServer(world);
  }
  return current;
};

describe('a server that is killed again and again', () => {
  holds(
    'still ends with the session ready, and one of everything',
    [random, lives],
    async (seed, times) => {
      const visit = await coldSession(createTestWorld({ seed }));
      const { world, sessionId } = visit;
      const server = await throughCrashes(visit, times);
      await world.time.until(() => isReady(server.session(sessionId)));
      await world.time.pass(5_000);

      expect(liveResources(world)).toEqual(ONE_OF_EACH);
      for (const provider of Object.values(world.providers)) expect(provider.made()).toBe(1);
      expect(await factsOf(world, sessionId, 'SessionReady')).toEqual([{ missing: [] }]);
      const versions = (await factsOf(world, sessionId, 'EnvWritten')).map(({ version }) => version);
      expect(versions).toEqual(versions.map((_, index) => index + 1));
    },
    { runs: 60 },
  );

  holds(
    'also while services fail, as long as they come back',
    [random, lives, answers],
    async (seed, times, fates) => {
      const visit = await coldSession(createTestWorld({ seed }));
      const { world, sessionId } = visit;
      world.providers.neon.next(...fates);
      world.providers.resend.next(...fates.toReversed());
      const server = await throughCrashes(visit, times);
      await world.time.until(() => isReady(server.session(sessionId)));
      await world.time.during(server.commands.wake(visitorOf(sessionId))());
      await world.time.until(() => server.session(sessionId)?.env?.services.length === 4);
      await world.time.pass(5_000);
      expect(liveResources(world)).toEqual(ONE_OF_EACH);
      expect(await factsOf(world, sessionId, 'SessionReady')).toHaveLength(1);
    },
    { runs: 40 },
  );

  holds(
    'loses no turn: it is finished, or given back to the visitor after two crashes in it',
    [random, lives],
    async (seed, times) => {
      const visit = await coldSession(createTestWorld({ seed }), 'A habit tracker');
      const { world, sessionId } = visit;
      world.agent.will({ says: 'I begin.' }, { edits: 'src/app.tsx' }, { says: 'Done.' });
      const server = await throughCrashes(visit, times);
      const status = () => server.session(sessionId)?.turns[0]?.status;
      await world.time.until(() => status() === 'finished' || status() === 'failed');

      const attempts = await factsOf(world, sessionId, 'TurnStarted');
      const failures = await factsOf(world, sessionId, 'TurnFailed');
      expect(attempts.map(({ attempt }) => attempt)).toEqual(attempts.map((_, index) => index + 1));
      expect(attempts.length).toBeLessThanOrEqual(2);
      if (status() === 'failed') expect(failures).toMatchObject([{ error: { code: 'interrupted' } }]);
      else expect(await factsOf(world, sessionId, 'TurnCommitted')).toHaveLength(1);
    },
    { runs: 60 },
  );

  holds(
    'leaves nothing behind of a session that was being closed',
    [random, lives, fc.integer({ min: 0, max: 700 })],
    async (seed, times, closedAfter) => {
      const visit = await coldSession(createTestWorld({ seed }));
      const { world, server: first, sessionId } = visit;
      await world.time.pass(closedAfter);
      await world.time.during(first.commands.close(visitorOf(sessionId))());
      const server = await throughCrashes(visit, times);
      await world.time.until(() => server.session(sessionId)?.status === 'forgotten');
      await world.time.pass(5_000);
      expect(liveResources(world)).toEqual(NOTHING);
    },
    { runs: 60 },
  );
});

describe('two servers over the same log', () => {
  test('do every step once, and neither takes over what the other is doing', async () => {
    const { world, sessionId } = await coldSession(undefined, 'Hello', { exclusive: false });
    const other = startTestServer(world, { exclusive: false });
    await world.time.until(() => other.session(sessionId)?.turns[0]?.status === 'finished');
    const starts = (await factsOf(world, sessionId, 'StepStarted')).map(({ step }) => step);
    expect(new Set(starts).size).toBe(starts.length);
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
  });
});
