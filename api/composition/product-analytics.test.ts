import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDeriver } from '../../commands/identifiers.ts';
import { systemClock } from '../../commands/ports/clock.ts';
import { isAtRest } from '../../commands/testing/visits.ts';
import { createTestWorld, startTestServer } from '../../commands/testing/world.ts';
import { right } from '../../domain/testing/outcome.ts';
import { type PosthogStandIn, startPosthogStandIn } from '../../tests/stand-ins/posthog/server.ts';
import { createShutdown } from '../lifecycle/shutdown.ts';
import { testConfig } from '../testing/start.ts';
import { startProductAnalytics } from './product-analytics.ts';

const KEY = 'phc_of_this_test_012345';
const PROMPT = 'A waitlist for the Quokka Bakery';

describe('what we tell PostHog of our own visitors', () => {
  let posthog: PosthogStandIn;
  beforeEach(async () => {
    posthog = await startPosthogStandIn({ projectKey: KEY });
  });
  afterEach(() => posthog.close());

  /** A server over doubles, whose log is told of from now on until `stop`, which sends what waits. */
  const watched = () => {
    const world = createTestWorld({ clock: systemClock, latencyMs: 0, appendMs: 0 });
    const server = startTestServer(world);
    const shutdown = createShutdown(pino({ level: 'silent' }));
    const watch = (): void =>
      startProductAnalytics(testConfig({ POSTHOG_PROJECT_KEY: KEY, POSTHOG_HOST: posthog.url }), {
        store: world.store,
        derive: createDeriver(Buffer.from('master key of the tests')),
        session: server.session,
        logger: pino({ level: 'silent' }),
        shutdown,
      });
    const visit = async (commandId: string): Promise<string> => {
      const command = { commandId, owner: 'ann', prompt: PROMPT, residentialIp: false };
      const { sessionId } = await right(server.create(command));
      await expect.poll(() => isAtRest(server.session(sessionId)), { timeout: 20_000 }).toBe(true);
      return sessionId;
    };
    const stop = async (): Promise<void> => {
      expect(await shutdown.run()).toEqual([]);
      await server.stop();
    };
    return { world, watch, visit, stop };
  };

  const ours = () => posthog.taken().filter(({ event }) => !event.startsWith('$'));
  /** It has begun to listen, or there would be nothing to stop. */
  const aMoment = () => new Promise((resolve) => setTimeout(resolve, 50));

  test('is that a session was claimed and how its first turn ended, sent at the latest when the server stops', async () => {
    const { watch, visit, stop } = watched();
    watch();
    await aMoment();
    await visit('one');
    await stop();
    expect(ours().map(({ event }) => event)).toEqual(['session claimed', 'first turn finished']);
    expect(ours()[0]?.properties).toMatchObject({ source: 'cold', $groups: { app: expect.any(String) } });
  });

  test('is that a turn failed and by which code, and nothing anybody said', async () => {
    const { world, watch, visit, stop } = watched();
    const agent = Object.assign(world.agent, {
      prompt: async function* () {
        yield {
          eventId: 1,
          type: 'error',
          code: 'agent_crashed',
          message: 'It fell over the Quokka Bakery.',
        };
      } as typeof world.agent.prompt,
    });
    expect(agent).toBe(world.agent);
    watch();
    await aMoment();
    await visit('two');
    await stop();
    const failed = ours().find(({ event }) => event === 'turn failed');
    expect(failed?.properties).toMatchObject({ code: expect.any(String), isFirst: true });
    expect(JSON.stringify(posthog.taken())).not.toMatch(/Quokka|ann"/);
  });

  test('is not what the log held before', async () => {
    const { watch, visit, stop } = watched();
    await visit('before');
    watch();
    await aMoment();
    const after = await visit('after');
    await stop();
    expect(ours().map(({ properties }) => properties.$groups)).toEqual([
      { app: `mk0r-${after.slice(0, 12)}` },
      { app: `mk0r-${after.slice(0, 12)}` },
    ]);
  });
});
