import { describe, expect, test } from 'vitest';
import { TURN_LEASE_MS } from '../../domain/session/process-managers/turns.ts';
import { STEP_LIMIT_MS } from '../../domain/steps.ts';
import { coldSession, isReady, visitorOf } from '../testing/visits.ts';
import {
  createTestWorld,
  factsOf,
  inACloud,
  liveResources,
  ONE_OF_EACH,
  startTestServer,
  type TestWorld,
} from '../testing/world.ts';

const shared = { exclusive: false } as const;

/**
 * The world of a server that hears of its own append of such an event only this much later: its disk is slow to answer,
 * or the process stood still in between. Others see the event at once.
 */
const hearingLate = (world: TestWorld, late: { readonly type: string; readonly ms: number }): TestWorld => ({
  ...world,
  store: {
    ...world.store,
    append: (stream, expected, events) => async () => {
      const appended = await world.store.append(stream, expected, events)();
      if (events.some(({ type }) => type === late.type)) await world.time.sleep(late.ms);
      return appended;
    },
  },
});

describe('an attempt that is over before it has begun, as its server hears late that it may begin', () => {
  test('asks nobody for anything: what another server was given stays as it is', async () => {
    const world = createTestWorld();
    const lateMs = Math.max(...Object.values(STEP_LIMIT_MS)) + 1_000;
    const { server, sessionId } = await coldSession(
      hearingLate(world, { type: 'StepStarted', ms: lateMs }),
      undefined,
      shared,
    );
    const other = startTestServer(world, shared);
    await world.time.until(() => isReady(other.session(sessionId)), 600_000);
    const asked = Object.values(world.providers).map((provider) => provider.calls());
    await world.time.pass(lateMs);

    expect(server.session(sessionId)?.readyAt).toBeDefined();
    expect(Object.values(world.providers).map((provider) => provider.calls())).toEqual(asked);
    expect(asked).toEqual(asked.map(() => 1));
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
  });

  test('is tried again where nobody else has done it', async () => {
    const world = createTestWorld();
    let isSlow = true;
    const slowAtFirst = hearingLate(world, { type: 'StepStarted', ms: 120_000 });
    const { server, sessionId } = await coldSession({
      ...world,
      store: {
        ...world.store,
        append: (stream, expected, events) =>
          (isSlow ? slowAtFirst.store : world.store).append(stream, expected, events),
      },
    });
    await world.time.pass(60_000);
    isSlow = false;
    await world.time.until(() => isReady(server.session(sessionId)), 600_000);
    const failures = await factsOf(world, sessionId, 'StepFailed');
    expect(failures.map(({ error }) => error?.code)).toContain('deadline_exceeded');
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
  });
});

describe('a turn whose server hears late that it may begin it', () => {
  const submitted = async (lateMs: number) => {
    const world = createTestWorld();
    const cloud = inACloud(world);
    const late = hearingLate(cloud, { type: 'TurnStarted', ms: lateMs });
    const { server, sessionId } = await coldSession(late, undefined, shared);
    await world.time.until(() => isReady(server.session(sessionId)));
    await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Habits' })());
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'running');
    return { world, cloud, server, sessionId };
  };

  test('is not asked of the agent again, once another server has taken it over', async () => {
    const { world, cloud, server, sessionId } = await submitted(TURN_LEASE_MS + 30_000);
    const other = startTestServer(cloud, shared);
    await world.time.until(() => other.session(sessionId)?.turns[0]?.status === 'finished', 600_000);
    await world.time.pass(60_000);
    expect(world.agent.prompts()).toEqual(['Habits']);
    expect(await factsOf(world, sessionId, 'TurnStarted')).toMatchObject([
      { runner: server.context.settings.runner },
      { runner: other.context.settings.runner },
    ]);
    expect(await factsOf(world, sessionId, 'TurnFinished')).toHaveLength(1);
  });

  test('is asked of the agent where the log says that it is still its own', async () => {
    const { world, server, sessionId } = await submitted(TURN_LEASE_MS + 30_000);
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'finished', 600_000);
    expect(world.agent.prompts()).toEqual(['Habits']);
    expect(await factsOf(world, sessionId, 'TurnLeaseRenewed')).toHaveLength(1);
    expect(await factsOf(world, sessionId, 'TurnStarted')).toHaveLength(1);
  });
});
