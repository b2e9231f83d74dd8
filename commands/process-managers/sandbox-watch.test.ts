import { getEventListeners } from 'node:events';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { resourceName } from '../../domain/services.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import { noSession } from '../../domain/session/state.ts';
import { leftOf, rightOf } from '../../domain/testing/outcome.ts';
import type { SandboxHost, SandboxInfo, WakeRequest } from '../ports/sandboxes.ts';
import { coldSession, isAtRest, isReady, visitorOf } from '../testing/visits.ts';
import {
  createTestWorld,
  factsOf,
  historyOf,
  SPEC,
  startTestServer,
  type TestWorld,
} from '../testing/world.ts';
import { following } from './context.ts';
import { createSandboxWatch, takeUpSandbox } from './sandbox-watch.ts';

/** A cloud's sandboxes: they go on without the server that booted them, and a server holds those it has spoken to. */
const inTheCloud = (world: TestWorld) => {
  const held = new Set<string>();
  const isHeld = (name: string): boolean => held.has(name) && world.sandboxes.running(name) !== undefined;
  const holding =
    (start: SandboxHost['boot']): SandboxHost['boot'] =>
    (request) =>
    async () => {
      const started = await start(request)();
      held.add(request.name);
      return started;
    };
  return {
    ...world,
    sandboxes: {
      ...world.sandboxes,
      outlivesServer: true,
      serverDied: () => undefined,
      boot: holding(world.sandboxes.boot),
      wake: holding(world.sandboxes.wake),
      running: (name: string) => (isHeld(name) ? world.sandboxes.running(name) : undefined),
    },
  };
};

/** Once that sandbox exits, its machine runs on: without its bridge, and so without all that the bridge had begun. */
const withoutBridge = (cloud: ReturnType<typeof inTheCloud>, name: string): typeof cloud => {
  const { wake } = cloud.sandboxes;
  const hasBridge = () =>
    cloud.sandboxes
      .list()()
      .then(E.exists((all) => isRunning(all, name)));
  return {
    ...cloud,
    sandboxes: {
      ...cloud.sandboxes,
      wake: (request: WakeRequest) => async () =>
        request.joins && !(await hasBridge()) ? E.left(EXITED) : wake(request)(),
      list: () => async () => E.right([{ name, state: 'running' }]),
    },
  };
};

const isRunning = (all: readonly SandboxInfo[], name: string): boolean =>
  all.some((one) => one.name === name && one.state === 'running');

const shared = { exclusive: false };

/** Two servers over one log, each with its own connections to the sandboxes; the first has booted the one there is. */
const twoServers = async (prompt?: string) => {
  const world = createTestWorld();
  const { server: first, sessionId, slug } = await coldSession(inTheCloud(world), prompt, shared);
  await world.time.until(() => isReady(first.session(sessionId)));
  const second = startTestServer(inTheCloud(world), shared);
  await world.time.until(() => isReady(second.session(sessionId)));
  const statusIn = (server: typeof first) => server.session(sessionId)?.sandbox.status;
  return { world, first, second, sessionId, name: resourceName(slug), statusIn };
};

describe('several servers over sandboxes that outlive them', () => {
  test('leave what is due in a sandbox to the one that holds it', async () => {
    const world = createTestWorld();
    const second = startTestServer(inTheCloud(world), shared);
    const { server: first, sessionId } = await coldSession(inTheCloud(world), 'Hello', shared);
    await world.time.until(() => isAtRest(first.session(sessionId)));
    await world.time.pass(120_000);
    expect(await factsOf(world, sessionId, 'StepFailed')).toEqual([]);
    expect(second.session(sessionId)?.turns.map(({ status }) => status)).toEqual(['finished']);
  });

  test('notice a sandbox that stopped when the one that held it was dead already, and wake it for the next turn', async () => {
    const { world, first, second, sessionId, name, statusIn } = await twoServers();
    first.crash();
    world.sandboxes.exits(name);
    await world.time.until(() => statusIn(second) === 'asleep', 60_000);
    await world.time.during(second.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Hello' })());
    await world.time.until(() => second.session(sessionId)?.turns[0]?.status === 'finished');
  });

  test('do not take a sandbox for asleep because another one, which it took the place of, has ended', async () => {
    const { world, second, sessionId, statusIn } = await twoServers();
    const { slug = '' } = second.session(sessionId) ?? {};
    second.sandboxExited(slug);
    await world.time.pass(60_000);
    expect(statusIn(second)).toBe('awake');
    expect(await factsOf(world, sessionId, 'SandboxSlept')).toEqual([]);
  });

  test('take up a sandbox that runs and that nobody holds any more, once something is due in it', async () => {
    const { world, first, second, sessionId, statusIn } = await twoServers();
    first.crash();
    await world.time.during(second.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Hello' })());
    await world.time.until(() => second.session(sessionId)?.turns[0]?.status === 'finished', 60_000);
    expect(statusIn(second)).toBe('awake');
    expect(await factsOf(world, sessionId, 'SandboxSlept')).toEqual([]);
  });

  test('begin anew in a sandbox that runs but whose bridge has died, so that its turn finds an agent', async () => {
    const world = createTestWorld();
    const { server: first, sessionId, slug } = await coldSession(inTheCloud(world), undefined, shared);
    await world.time.until(() => isReady(first.session(sessionId)));
    const second = startTestServer(withoutBridge(inTheCloud(world), resourceName(slug)), shared);
    first.crash();
    world.sandboxes.exits(resourceName(slug));
    await world.time.during(second.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Hello' })());
    await world.time.until(() => second.session(sessionId)?.turns[0]?.status === 'finished', 180_000);
    const facts = (await historyOf(world, sessionId)).map(({ type }) => type);
    expect(facts).toContain('SandboxSlept');
    expect(facts.indexOf('TurnStarted')).toBeGreaterThan(facts.indexOf('SandboxWoken'));
  });

  test('say nothing of a sandbox that another server holds', async () => {
    const { world, second, sessionId, statusIn } = await twoServers();
    await world.time.pass(300_000);
    expect(statusIn(second)).toBe('awake');
    expect(await factsOf(world, sessionId, 'SandboxSlept')).toEqual([]);
  });

  test('are watched for weeks without anything adding up', async () => {
    const { world, second } = await twoServers();
    const stopping = new AbortController();
    const found = { stopped: () => undefined, takenUp: () => undefined };
    createSandboxWatch(second.context, stopping.signal, found).start();
    await world.time.pass(300_000);
    expect(getEventListeners(stopping.signal, 'abort').length).toBeLessThan(2);
  });

  test('believe nothing while the host cannot be asked', async () => {
    const { world, first, second, sessionId, name } = await twoServers();
    for (const server of [first, second]) server.crash();
    world.sandboxes.exits(name);
    const cloud = inTheCloud(world);
    const blind = { ...cloud.sandboxes, list: () => async () => ({ _tag: 'Left', left: DOWN }) as const };
    const third = startTestServer({ ...cloud, sandboxes: blind }, shared);
    await world.time.pass(300_000);
    expect(third.session(sessionId)?.sandbox.status).toBe('awake');
  });

  test('give a visitor of one the entry that another has booted', async () => {
    const world = createTestWorld();
    const first = startTestServer(inTheCloud(world), { ...shared, poolTarget: 1 });
    const second = startTestServer(inTheCloud(world), { ...shared, poolTarget: 1 });
    const warmIn = (server: typeof first) => server.context.directory.claimable(SPEC, world.time.now());
    await world.time.until(() => warmIn(first).length === 1 && warmIn(second).length === 1);
    const [entry] = warmIn(first);
    const booted = entry?.sandbox.runner === first.context.settings.runner ? first : second;
    const other = booted === first ? second : first;
    const command = { commandId: 'c', owner: 'ann', residentialIp: false };
    const created = await world.time.during(other.create(command)());
    expect(created).toMatchObject({ right: { sessionId: entry?.sessionId, source: 'pool' } });
  });
});

describe('a sandbox that is put to sleep while another server gets hold of it', () => {
  const takenUpAsItSleeps = async (facts: readonly SessionEvent[]) => {
    const { world, first, second, sessionId, name } = await twoServers();
    // Nothing is under way in it, or it would be woken for that.
    await world.time.pass(10_000);
    const cloud = inTheCloud(world);
    const wake: SandboxHost['wake'] = (request) => async () => {
      const cause = following('runner', 'sleep');
      rightOf(await first.context.handlers.session(sessionId, () => E.right(facts), cause)());
      await world.sandboxes.sleep(name)();
      return cloud.sandboxes.wake(request)();
    };
    const context = {
      ...second.context,
      world: { ...second.context.world, sandboxes: { ...cloud.sandboxes, wake } },
    };
    const state = second.session(sessionId) ?? noSession;
    const taken = await world.time.during(takeUpSandbox(context, state, 10_000));
    return { taken, isUp: world.sandboxes.running(name) !== undefined };
  };
  const starting: SessionEvent = {
    type: 'StepStarted',
    data: {
      step: 'sleep',
      attemptId: 'sleep#1',
      attempt: 1,
      deadline: '2026-01-01T13:00:00.000Z',
      runner: 'runner-x',
    },
  };

  test.each([
    ['as the log says already', [starting, { type: 'SandboxSlept', data: { reason: 'idle' } }]],
    ['as the log is about to say', [starting]],
  ] as const)('sleeps: it does not run with nobody knowing (%s)', async (_, facts) => {
    const { taken, isUp } = await takenUpAsItSleeps(facts);
    expect(leftOf(taken).code).toBe('sandbox_not_running');
    expect(isUp).toBe(false);
  });

  test('is had where nothing of the kind was done', async () => {
    const { world, second, sessionId, name } = await twoServers();
    const state = second.session(sessionId) ?? noSession;
    expect(rightOf(await world.time.during(takeUpSandbox(second.context, state, 10_000))).name).toBe(name);
    expect(world.sandboxes.running(name)).toBeDefined();
  });
});

const EXITED = { code: 'sandbox_exited', message: 'It ended by itself.', retryable: true };
const DOWN = { code: 'upstream_down', message: 'No answer.', retryable: true };
