import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resourceName } from '../../domain/services.ts';
import { KEEP_FOR_EVER } from '../../domain/session/process-managers/idleness.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { holds } from '../../domain/testing/property.ts';
import { coldSession, isAtRest, visitorOf } from '../testing/visits.ts';
import {
  createTestWorld,
  factsOf,
  liveResources,
  NOTHING,
  ONE_OF_EACH,
  startTestServer,
} from '../testing/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const life = { sleepAfterMs: 15 * MINUTE, neverPromptedMs: HOUR, idleMs: 24 * HOUR };

/** A session with one turn behind it and everything pushed, in a world where idle things sleep. */
const restingSession = async (settings: Parameters<typeof coldSession>[2] = { life }) => {
  const world = createTestWorld();
  world.agent.will({ edits: 'src/app.tsx' });
  const visit = await coldSession(world, 'First', settings);
  const { server, sessionId, slug } = visit;
  const name = resourceName(slug);
  const state = () => server.session(sessionId);
  await world.time.until(() => isAtRest(state()) && state()?.pushed === state()?.history?.at);
  return { ...visit, git: world.sandboxes.git(name), state, name };
};

describe('a sandbox nobody uses', () => {
  test('sleeps after its time, and wakes for the next message', async () => {
    const { world, server, sessionId, state, name } = await restingSession();
    await world.time.pass(14 * MINUTE);
    expect(state()?.sandbox.status).toBe('awake');
    await world.time.pass(2 * MINUTE);
    expect(state()?.sandbox.status).toBe('asleep');
    expect(world.sandboxes.running(name)).toBeUndefined();
    expect(await factsOf(world, sessionId, 'SandboxSlept')).toEqual([{ reason: 'idle' }]);

    await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Second' })());
    await world.time.until(() => state()?.turns[1]?.status === 'finished');
    expect(world.sandboxes.boots()).toBe(1);
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
  });

  test('stays up while its preview is used, without an event for it', async () => {
    const { world, server, sessionId, state } = await restingSession();
    const before = (await factsOf(world, sessionId, 'StepStarted')).length;
    for (let visits = 0; visits < 6; visits += 1) {
      await world.time.pass(10 * MINUTE);
      server.context.presence.touch(sessionId);
    }
    expect(state()?.sandbox.status).toBe('awake');
    expect(await factsOf(world, sessionId, 'StepStarted')).toHaveLength(before);
    await world.time.pass(16 * MINUTE);
    expect(state()?.sandbox.status).toBe('asleep');
  });

  test('sleeps for one that is needed more, longest idle first; a cold start is never refused', async () => {
    const settings = { life: KEEP_FOR_EVER, maxAwake: 2 };
    const first = await restingSession(settings);
    const { world, server } = first;
    const sessions = [first.sessionId];
    for (const commandId of ['second', 'third']) {
      await world.time.pass(2 * MINUTE);
      const { sessionId } = rightOf(
        await world.time.during(
          server.create({ commandId, owner: 'bob', residentialIp: false, prompt: 'Hello' })(),
        ),
      );
      sessions.push(sessionId);
      await world.time.until(() => isAtRest(server.session(sessionId)));
    }
    await world.time.pass(MINUTE);
    const status = sessions.map((sessionId) => server.session(sessionId)?.sandbox.status);
    expect(status).toEqual(['asleep', 'awake', 'awake']);
  });

  test('is let be when more are awake than should be and all are in use, and looked at again', async () => {
    const { world, server, sessionId, state } = await restingSession({ life: KEEP_FOR_EVER, maxAwake: 1 });
    const inUse = () => server.context.presence.touch(sessionId);
    await world.time.during(
      server.create({ commandId: 'second', owner: 'bob', residentialIp: false, prompt: 'Hello' })(),
    );
    for (let seconds = 0; seconds < 300; seconds += 20) {
      inUse();
      await world.time.pass(20_000);
    }
    expect(state()?.sandbox.status).toBe('awake');
    const statuses = [...server.context.directory.sessions()].map(({ sandbox }) => sandbox.status);
    expect(statuses.sort()).toEqual(['asleep', 'awake']);
  });

  holds(
    'and whoever comes while it falls asleep is served, also over a crash',
    [fc.nat(1_000_000), fc.integer({ min: 0, max: 400 }), fc.option(fc.integer({ min: 0, max: 400 }))],
    async (seed, comesAfter, crashesAfter) => {
      const world = createTestWorld({ seed });
      const visit = await coldSession(world, 'First', { life });
      const { sessionId } = visit;
      let { server } = visit;
      await world.time.until(() => isAtRest(server.session(sessionId)));
      await world.time.until(() => server.session(sessionId)?.steps.sleep?.status === 'running');
      await world.time.pass(comesAfter);
      await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Second' })());
      if (crashesAfter !== null) {
        await world.time.pass(crashesAfter);
        server.crash();
        server = startTestServer(world, { life });
      }
      await world.time.until(() => server.session(sessionId)?.turns[1]?.status === 'finished');
      expect(liveResources(world)).toEqual(ONE_OF_EACH);
    },
    { runs: 40 },
  );
});

describe('a sandbox that wakes', () => {
  const asleep = async () => {
    const visit = await restingSession();
    await visit.world.time.until(() => visit.state()?.sandbox.status === 'asleep');
    return visit;
  };
  const woken = async ({ world, server, sessionId, state }: Awaited<ReturnType<typeof asleep>>) => {
    await world.time.during(server.commands.wake(visitorOf(sessionId))());
    await world.time.until(() => state()?.sandbox.status === 'awake');
    return factsOf(world, sessionId, 'SandboxWoken');
  };

  test('stands where it stood', async () => {
    const visit = await asleep();
    const at = visit.state()?.history?.at;
    expect(await woken(visit)).toMatchObject([{ sha: at, envRestored: false }]);
  });

  test('is put back where the log has it, when it stands elsewhere', async () => {
    const visit = await asleep();
    const { git, state } = visit;
    const at = state()?.history?.at;
    git.run('git reset', { MK0R_SHA: state()?.history?.root ?? '' });
    expect(await woken(visit)).toMatchObject([{ sha: at }]);
    expect(git.head()).toBe(at);
  });

  test('has its files from the repository where they were lost', async () => {
    const visit = await asleep();
    const { git, state, world, name } = visit;
    const { root = '', at = '' } = state()?.history ?? {};
    git.run('git reset', { MK0R_SHA: root });
    git.forget(at);
    world.sandboxes.files(name).delete('/app/.env');
    expect(await woken(visit)).toMatchObject([{ sha: at, envRestored: true }]);
    expect(world.sandboxes.boots()).toBe(1);
  });

  test('is rebuilt from the last pushed commit where nothing is left of it', async () => {
    const visit = await asleep();
    const { world, state, name, server, sessionId } = visit;
    const { at } = state()?.history ?? {};
    const env = world.sandboxes.files(name).get('/app/.env');
    await world.time.during(world.sandboxes.destroy(name)());
    expect(await woken(visit)).toMatchObject([{ sha: at, envRestored: true }]);
    expect(world.sandboxes.boots()).toBe(2);
    expect(world.sandboxes.git(name).head()).toBe(at);
    expect(world.sandboxes.files(name).get('/app/.env')).toBe(env);
    await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Second' })());
    await world.time.until(() => state()?.turns[1]?.status === 'finished');
  });

  test('begins anew where nothing was left and nothing had been pushed, and goes on from there', async () => {
    const world = createTestWorld();
    world.agent.will({ edits: 'src/app.tsx' });
    world.github.down({ code: 'refused', message: 'No.', retryable: false });
    const { server, sessionId, slug } = await coldSession(world, 'First', { life });
    const state = () => server.session(sessionId);
    await world.time.until(() => state()?.sandbox.status === 'asleep');
    await world.time.during(world.sandboxes.destroy(resourceName(slug))());
    await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Second' })());
    await world.time.until(() => state()?.turns[1]?.status === 'finished');
    const [, second] = await factsOf(world, sessionId, 'TurnCommitted');
    expect(second?.parent).toBe(state()?.history?.root);
    expect(world.sandboxes.git(resourceName(slug)).head()).toBe(second?.sha);
  });

  test('is handed a fresh credential before it pushes: the last one went with the run directory', async () => {
    const visit = await asleep();
    const { world, server, sessionId, state, git } = visit;
    world.agent.will({ edits: 'src/other.tsx' });
    await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Second' })());
    await world.time.until(() => state()?.turns[1]?.status === 'finished' && state()?.pushed === git.head());
    expect(git.pushed()).toBe(state()?.history?.at);
  });

  test('has its residential address again', async () => {
    const world = createTestWorld({ residentialProxy: 'proxy.example:22225' });
    const server = startTestServer(world, { life });
    const { sessionId, slug } = rightOf(
      await world.time.during(
        server.create({ commandId: 'create', owner: 'ann', residentialIp: true, prompt: 'First' })(),
      ),
    );
    const state = () => server.session(sessionId);
    const conf = () => world.sandboxes.files(resourceName(slug)).get('/run/brd.conf');
    await world.time.until(() => state()?.steps.residential_ip?.status === 'done');
    await world.time.until(() => state()?.sandbox.status === 'asleep');
    await world.time.during(server.commands.wake(visitorOf(sessionId))());
    await world.time.until(() => state()?.sandbox.status === 'awake');
    expect(conf()).toBe('proxy.example:22225');
  });
});

describe('a session that was abandoned', () => {
  test('is ended an hour after its claim when nothing was ever asked for, and nothing is left of it', async () => {
    const { world, server, sessionId } = await coldSession(undefined, undefined, { life });
    await world.time.pass(59 * MINUTE);
    expect(server.session(sessionId)?.status).toBe('open');
    await world.time.until(() => server.session(sessionId)?.status === 'forgotten', 5 * MINUTE);
    expect(await factsOf(world, sessionId, 'CloseRequested')).toEqual([
      { reason: 'abandoned: nothing was ever asked for' },
    ]);
    expect(liveResources(world)).toEqual(NOTHING);
  });

  test('is ended in its sleep, once it was not used for too long', async () => {
    const { world, state } = await restingSession();
    await world.time.pass(24 * HOUR);
    expect(state()).toMatchObject({ status: 'open', sandbox: { status: 'asleep' } });
    await world.time.until(() => state()?.status === 'forgotten', 9 * HOUR);
    expect(liveResources(world)).toEqual(NOTHING);
  });

  test('is ended by the next server where it was abandoned while none ran', async () => {
    const { world, server, sessionId } = await restingSession();
    server.crash();
    await world.time.pass(33 * HOUR);
    const next = startTestServer(world, { life });
    await world.time.until(() => next.session(sessionId)?.status === 'forgotten');
    expect(liveResources(world)).toEqual(NOTHING);
  });

  test('costs no look at the clock until then', async () => {
    const { world, state } = await restingSession();
    await world.time.until(() => state()?.sandbox.status === 'asleep');
    const before = world.time.fired();
    await world.time.pass(10 * MINUTE);
    // The pool keeper's own look, every 30 seconds.
    expect(world.time.fired() - before).toBeLessThanOrEqual(20);
  });
});
