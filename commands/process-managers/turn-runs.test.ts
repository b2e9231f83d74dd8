import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import { resourceName } from '../../domain/services.ts';
import type { Vault } from '../ports/vault.ts';
import { coldSession, isAtRest, isReady, visitorOf } from '../testing/visits.ts';
import { createTestWorld, factsOf, historyOf, type TestServer, type TestWorld } from '../testing/world.ts';

/** A message, and a Stop as soon as its turn is begun. */
const stoppedAtOnce = async (world: TestWorld, server: TestServer, sessionId: string) => {
  await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Hello' })());
  await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'running');
  const turnId = server.session(sessionId)?.turns[0]?.turnId ?? '';
  await world.time.during(server.commands.cancelTurn({ ...visitorOf(sessionId), turnId })());
  return { turnId };
};

describe('a turn', () => {
  test('is given to the agent when the session is ready, ends in a commit, and is pushed', async () => {
    const { world, server, sessionId, slug } = await coldSession(undefined, 'A habit tracker');
    world.agent.will({ thinks: 'Hm.' }, { edits: 'src/app.tsx' }, { says: 'There it is.' });
    await world.time.until(() => isAtRest(server.session(sessionId)));
    expect(world.agent.prompts()).toEqual(['A habit tracker']);

    const git = world.sandboxes.git(resourceName(slug));
    await world.time.until(() => git.pushed() === git.head());
    const state = server.session(sessionId);
    expect(state?.history).toMatchObject({
      at: git.head(),
      parentOf: { [git.head()]: state?.history?.root },
    });
    const told = (await historyOf(world, sessionId)).filter(({ data }) =>
      Object.hasOwn(Object(data), 'turnId'),
    );
    expect(told.map(({ type }) => type)).toEqual([
      'TurnSubmitted',
      'TurnStarted',
      'AgentSaid',
      'ToolCalled',
      'ToolReturned',
      'AgentSaid',
      'UsageRecorded',
      'TurnCommitted',
      'TurnVerified',
      'TurnFinished',
    ]);
  });

  test('without a change makes no commit', async () => {
    const { world, server, sessionId } = await coldSession(undefined, 'Hello');
    await world.time.until(() => isAtRest(server.session(sessionId)));
    expect(await factsOf(world, sessionId, 'TurnCommitted')).toEqual([]);
    expect(await factsOf(world, sessionId, 'TurnFinished')).toHaveLength(1);
  });

  test('that is stopped keeps what it has done so far', async () => {
    const { world, server, sessionId } = await coldSession(undefined, 'Hello');
    world.agent.will({ edits: 'src/half.tsx' }, 'waits');
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'running');
    await world.time.pass(1_000);
    const turnId = server.session(sessionId)?.turns[0]?.turnId ?? '';
    await world.time.during(server.commands.cancelTurn({ ...visitorOf(sessionId), turnId })());
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'cancelled');
    expect(await factsOf(world, sessionId, 'TurnCommitted')).toHaveLength(1);
    expect(await factsOf(world, sessionId, 'TurnFinished')).toEqual([]);
  });

  test('that is stopped before the agent was told of it is not given to the agent', async () => {
    const world = createTestWorld();
    const opened = Promise.withResolvers<void>();
    let isSlow = false;
    const vault: Vault = {
      ...world.vault,
      all: (sessionId) => async () => {
        if (isSlow) await opened.promise;
        return world.vault.all(sessionId)();
      },
    };
    const { server, sessionId } = await coldSession({ ...world, vault });
    await world.time.until(() => isReady(server.session(sessionId)));
    isSlow = true;
    world.agent.will('waits');
    const { turnId } = await stoppedAtOnce(world, server, sessionId);
    opened.resolve();
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'cancelled', 5_000);
    expect(world.agent.prompts()).toEqual([]);
    expect(await factsOf(world, sessionId, 'TurnCancelled')).toEqual([{ turnId }]);
  });

  test('is stopped also where the Stop overtakes the message on its way to the agent', async () => {
    const world = createTestWorld();
    let isUnknown = true;
    const agent = {
      ...world.agent,
      // As the bridge does with a Stop for which nothing runs: it is done.
      cancel: (...args: Parameters<typeof world.agent.cancel>) => {
        const answer = isUnknown ? TE.right(undefined) : world.agent.cancel(...args);
        isUnknown = false;
        return answer;
      },
    };
    const { server, sessionId } = await coldSession({ ...world, agent });
    world.agent.will('waits');
    await world.time.until(() => isReady(server.session(sessionId)));
    await stoppedAtOnce(world, server, sessionId);
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'cancelled', 5_000);
    expect(world.agent.prompts()).toEqual(['Hello']);
  });

  test('whose agent never ends is failed by its deadline, once', async () => {
    const { world, server, sessionId } = await coldSession(undefined, 'Hello');
    world.agent.will('waits');
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'failed');
    expect(await factsOf(world, sessionId, 'TurnStarted')).toHaveLength(1);
    expect(await factsOf(world, sessionId, 'TurnFailed')).toMatchObject([{ error: { code: 'aborted' } }]);
  });

  test('is left to the next start by a server that stops and is the only one', async () => {
    const { world, server, sessionId } = await coldSession(undefined, 'Hello');
    world.agent.will('waits');
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'running');
    await server.stop();
    expect(await factsOf(world, sessionId, 'TurnFailed')).toEqual([]);
  });

  test('is not given to the agent while nobody can tell what it must not repeat', async () => {
    const world = createTestWorld();
    let isDown = false;
    const down = { tag: 'VaultUnavailable', message: 'No answer.' } as const;
    const vault: Vault = {
      ...world.vault,
      all: (sessionId) => (isDown ? TE.left(down) : world.vault.all(sessionId)),
    };
    const { server, sessionId } = await coldSession({ ...world, vault });
    await world.time.until(() => isReady(server.session(sessionId)));
    isDown = true;
    await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Hello' })());
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'failed');
    expect(world.agent.prompts()).toEqual([]);
    expect(await factsOf(world, sessionId, 'TurnFailed')).toMatchObject([
      { error: { code: 'vault_unavailable', retryable: true } },
    ]);
  });

  test('that comes while the sandbox sleeps wakes it', async () => {
    const { world, server, sessionId, slug } = await coldSession(undefined, 'Hello');
    await world.time.until(() => isAtRest(server.session(sessionId)));
    world.sandboxes.exits(resourceName(slug));
    server.sandboxExited(slug);
    await world.time.until(() => server.session(sessionId)?.sandbox.status === 'asleep');
    await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'And a chart' })());
    await world.time.until(() => server.session(sessionId)?.turns[1]?.status === 'finished');
    expect(await factsOf(world, sessionId, 'SandboxWoken')).toMatchObject([{ envRestored: false }]);
  });

  test('writes the env file again where it was lost while the sandbox slept', async () => {
    const { world, server, sessionId, slug } = await coldSession(undefined, 'Hello');
    await world.time.until(() => isAtRest(server.session(sessionId)));
    const files = world.sandboxes.files(resourceName(slug));
    world.sandboxes.exits(resourceName(slug));
    server.sandboxExited(slug);
    const before = files.get('/app/.env');
    files.delete('/app/.env');
    await world.time.until(() => server.session(sessionId)?.sandbox.status === 'asleep');
    await world.time.during(server.commands.wake(visitorOf(sessionId))());
    await world.time.until(() => server.session(sessionId)?.sandbox.status === 'awake');
    expect(files.get('/app/.env')).toBe(before);
    expect(await factsOf(world, sessionId, 'SandboxWoken')).toMatchObject([{ envRestored: true }]);
  });
});
