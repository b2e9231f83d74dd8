import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PRICES, priceOf, worstCaseOf } from '../../adapters/model/prices.ts';
import { type ModelRelay, startModelRelay } from '../../adapters/model/relay.ts';
import { serveModel } from '../../api/composition/model.ts';
import type { ModelBudget } from '../../commands/model/ledger.ts';
import { modelToken } from '../../commands/model/token.ts';
import { coldSession, isReady, visitorOf } from '../../commands/testing/visits.ts';
import { createTestWorld, factsOf } from '../../commands/testing/world.ts';
import { type AnthropicStandIn, startAnthropicStandIn } from '../stand-ins/anthropic/server.ts';

const KEY = 'sk-ant-of-the-relayed';
const REQUEST = {
  model: 'claude-haiku-5-5',
  max_tokens: 2_000,
  tools: [{ name: 'Write' }],
  messages: [{ role: 'user', content: 'Build me a habit tracker.' }],
};
const STREAMED = { ...REQUEST, stream: true };

/** Sandboxes' calls over real HTTP, through the relay, into the log: by token, within the budget, all recorded. */
describe('a call from a sandbox', () => {
  let model: AnthropicStandIn;
  beforeAll(async () => {
    model = await startAnthropicStandIn({ key: KEY });
  });
  afterAll(() => model.close());

  const metered = async (budget: ModelBudget) => {
    const world = createTestWorld({ latencyMs: 0, appendMs: 0 });
    const visit = await coldSession(world);
    await world.time.until(() => isReady(visit.server.session(visit.sessionId)));
    const relay: ModelRelay = await startModelRelay({
      port: 0,
      baseUrl: model.url,
      key: KEY,
      prices: PRICES,
      models: [],
      callsPerMinute: 1_000,
    });
    serveModel({ relay, budget }, visit.server.context, new AbortController().signal);
    const token = modelToken(visit.server.context.world.derive, visit.slug);
    const call = (key = token, body: object = REQUEST) =>
      fetch(`${relay.url}/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', 'x-api-key': key },
        body: JSON.stringify(body),
      });
    return { ...visit, relay, token, call };
  };

  test('is answered to the token of that session, is in its history with what it cost, and to no other', async () => {
    const { world, server, sessionId, relay, token, call } = await metered({
      sessionMicros: 1_000_000,
      dayMicros: 1_000_000,
    });
    expect((await call()).status).toBe(200);
    const [started] = await factsOf(world, sessionId, 'ModelCallStarted');
    const [used] = await factsOf(world, sessionId, 'UsageRecorded');
    expect(used).toMatchObject({ callId: started?.callId, source: 'relay', outcome: 'complete' });
    expect(used?.costMicros).toBeGreaterThan(0);
    expect(used?.costMicros).toBeLessThanOrEqual(started?.reservedMicros ?? 0);

    expect((await call(KEY)).status).toBe(401);
    expect((await call(`${token.slice(0, -1)}x`)).status).toBe(401);
    expect((await call(token.replace(/^mk0r-model-\w{12}/, 'mk0r-model-aaaaaaaaaaaa'))).status).toBe(401);
    await world.time.during(server.commands.close(visitorOf(sessionId))());
    await world.time.until(() => server.session(sessionId)?.status !== 'open');
    expect((await call()).status).toBe(401);
    await relay.close();
  });

  test('and thirty others at once spend no more than there is, and are told so in the words of the API', async () => {
    // None ends before the last one is asked for.
    model.tells([{ when: /habit/, answers: [{ parts: [{ says: 'In a moment.' }], how: 'stalls' }] }]);
    const price = priceOf(PRICES, 'claude-haiku-5-5');
    if (price === undefined) throw new Error('no price');
    const worst = worstCaseOf(price, { bytes: JSON.stringify(STREAMED).length }, 2_000);
    const budget = { sessionMicros: 4 * worst, dayMicros: 1_000_000 };
    const { world, sessionId, relay, token, call } = await metered(budget);
    const answers = await Promise.all(Array.from({ length: 30 }, () => call(token, STREAMED)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(4);
    expect(new Set(statuses)).toEqual(new Set([200, 402]));
    expect(await answers.find(({ status }) => status === 402)?.json()).toMatchObject({
      type: 'error',
      error: { type: 'billing_error' },
    });
    await relay.close();
    const used = await factsOf(world, sessionId, 'UsageRecorded');
    expect(used.map(({ outcome }) => outcome)).toEqual(['cut', 'cut', 'cut', 'cut']);
    const spent = used.reduce((sum, { costMicros = 0 }) => sum + costMicros, 0);
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeLessThanOrEqual(budget.sessionMicros);
  });
});
