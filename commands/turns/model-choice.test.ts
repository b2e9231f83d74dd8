import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import type { AgentBridge } from '../ports/agent.ts';
import { coldSession, isAtRest, isReady, visitorOf } from '../testing/visits.ts';
import { createTestWorld, factsOf, historyOf } from '../testing/world.ts';

/** A session whose agent writes down which models it was told, and knows no `gpt`. */
const visit = async () => {
  const world = createTestWorld();
  const told: string[] = [];
  const setModel: AgentBridge['setModel'] =
    (_sandbox, _token, { model }) =>
    async () => {
      if (model === 'gpt')
        return E.left({ code: 'agent_refused', message: 'Unknown model', retryable: false });
      told.push(model);
      return E.right(undefined);
    };
  const session = await coldSession({ ...world, agent: { ...world.agent, setModel } });
  await world.time.until(() => isReady(session.server.session(session.sessionId)));
  const { server, sessionId } = session;
  const choose = (model: string) =>
    world.time.during(server.commands.chooseModel({ ...visitorOf(sessionId, `choose-${model}`), model })());
  const ask = async (prompt: string) => {
    await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId, prompt), prompt })());
    await world.time.until(() => isAtRest(server.session(sessionId)));
  };
  return { world, server, sessionId, told, choose, ask };
};

describe('the model of a session', () => {
  test('is the one of its boot until another is chosen, and the agent is told before the next turn', async () => {
    const { world, sessionId, told, choose, ask } = await visit();
    await ask('One');
    await choose('opus');
    expect(told).toEqual(['haiku']);
    await ask('Two');
    await ask('Three');
    expect(told).toEqual(['haiku', 'opus']);
    const types = (await historyOf(world, sessionId)).map(({ type }) => type);
    expect(types.filter((type) => type === 'ModelChanged')).toHaveLength(1);
    expect(types.indexOf('ModelChanged')).toBeGreaterThan(types.lastIndexOf('ModelRequested'));
  });

  test('that the agent does not know fails the turn, and another choice mends it', async () => {
    const { world, sessionId, told, choose, ask } = await visit();
    await choose('gpt');
    await ask('One');
    expect(await factsOf(world, sessionId, 'TurnFailed')).toMatchObject([
      { error: { code: 'model_unavailable' } },
    ]);
    expect(world.agent.prompts()).toEqual([]);
    await choose('sonnet');
    await ask('Two');
    expect(told).toEqual(['haiku', 'sonnet']);
    expect(await factsOf(world, sessionId, 'TurnFinished')).toHaveLength(1);
  });
});
