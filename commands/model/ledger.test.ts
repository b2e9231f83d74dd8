import { describe, expect, test } from 'vitest';
import { decideSetBudget } from '../../domain/session/decide/model.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { causedBy } from '../process-managers/context.ts';
import { coldSession, isReady, visitorOf } from '../testing/visits.ts';
import { factsOf, startTestServer, type TestServer, type TestWorld } from '../testing/world.ts';
import { createModelLedger, type ModelBudget, type ModelLedger } from './ledger.ts';

const CALL = { model: 'claude-haiku-5-5', reservedMicros: 100, limitMs: 600_000 };
const DAY_MS = 86_400_000;

const used = (callId: string, costMicros: number, change: object = {}) => ({
  callId,
  model: CALL.model,
  inputTokens: 10,
  outputTokens: 5,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costMicros,
  outcome: 'complete' as const,
  ...change,
});

const ledgerOf = (server: TestServer, budget: ModelBudget): ModelLedger =>
  createModelLedger(server.context, budget, new AbortController().signal);

/** A session that is ready, on a server that reckons with this budget. */
const metered = async (budget: ModelBudget, prompt?: string) => {
  const visit = await coldSession(undefined, prompt);
  await visit.world.time.until(() => isReady(visit.server.session(visit.sessionId)));
  return { ...visit, ledger: ledgerOf(visit.server, budget) };
};

const another = async (world: TestWorld, server: TestServer, owner: string): Promise<string> => {
  const { sessionId } = rightOf(
    await world.time.during(server.create({ commandId: `of-${owner}`, owner, residentialIp: false })()),
  );
  await world.time.until(() => isReady(server.session(sessionId)));
  return sessionId;
};

const RICH = 1_000_000;

describe('calls at the same time', () => {
  test('cannot spend more of a session together than one after the other', async () => {
    const { world, sessionId, ledger } = await metered({ sessionMicros: 1_000, dayMicros: RICH });
    const all = await world.time.during(
      Promise.all(Array.from({ length: 50 }, () => ledger.start(sessionId, CALL))),
    );
    expect(all.filter(({ kind }) => kind === 'started')).toHaveLength(10);
    expect(all.filter(({ kind }) => kind === 'exhausted')).toHaveLength(40);
    expect(await factsOf(world, sessionId, 'BudgetExhausted')).toHaveLength(1);
  });

  test('of several sessions cannot spend more of a day', async () => {
    const { world, server, sessionId, ledger } = await metered({ sessionMicros: RICH, dayMicros: 500 });
    const other = await another(world, server, 'bob');
    const all = await world.time.during(
      Promise.all(
        Array.from({ length: 30 }, (_, index) => ledger.start(index % 2 === 0 ? sessionId : other, CALL)),
      ),
    );
    expect(all.filter(({ kind }) => kind === 'started')).toHaveLength(5);
    expect(all).toContainEqual({ kind: 'exhausted', scope: 'day' });
  });
});

describe('a budget that is used up', () => {
  test('is one of the day until the next one', async () => {
    const { world, sessionId, ledger } = await metered({ sessionMicros: RICH, dayMicros: 100 });
    const start = () => world.time.during(ledger.start(sessionId, CALL));
    const first = await start();
    if (first.kind !== 'started') throw new Error(first.kind);
    expect(await start()).toEqual({ kind: 'exhausted', scope: 'day' });
    await world.time.during(ledger.settle(sessionId, used(first.callId, 100)));
    expect(await start()).toEqual({ kind: 'exhausted', scope: 'day' });
    world.time.jump(DAY_MS);
    expect(await start()).toMatchObject({ kind: 'started' });
  });

  test('is one of the session until an operator raises it', async () => {
    const { world, server, sessionId, ledger } = await metered({ sessionMicros: 150, dayMicros: RICH });
    const start = () => world.time.during(ledger.start(sessionId, CALL));
    expect(await start()).toMatchObject({ kind: 'started' });
    expect(await start()).toEqual({ kind: 'exhausted', scope: 'session' });
    world.time.jump(DAY_MS);
    await world.time.during(
      server.context.handlers.session(
        sessionId,
        (state) => decideSetBudget({ budgetMicros: 1_000 }, state),
        causedBy('operator', 'raise'),
      )(),
    );
    expect(await start()).toMatchObject({ kind: 'started' });
  });

  test('fails the turn that ran into it, whatever the agent says, and keeps what was built', async () => {
    const { world, server, sessionId, ledger } = await metered({ sessionMicros: 150, dayMicros: RICH });
    world.agent.will({ edits: 'src/app.tsx' }, { says: 'API Error: 402' });
    const submitted = world.time.during(
      server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Build' })(),
    );
    await submitted;
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'running');
    await world.time.during(ledger.start(sessionId, CALL));
    await world.time.during(ledger.start(sessionId, CALL));
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'failed');
    expect(await factsOf(world, sessionId, 'TurnFailed')).toMatchObject([
      { error: { code: 'budget_exhausted', retryable: true } },
    ]);
    expect(await factsOf(world, sessionId, 'TurnCommitted')).toHaveLength(1);
    const [exhausted] = await factsOf(world, sessionId, 'BudgetExhausted');
    expect(exhausted?.turnId).toBe(server.session(sessionId)?.turns[0]?.turnId);
  });
});

describe('what was spent', () => {
  test('is known after a crash: what was cut off counts as reserved, and is recorded with the next call', async () => {
    const { world, server, sessionId, ledger } = await metered({ sessionMicros: 250, dayMicros: RICH });
    await world.time.during(ledger.start(sessionId, CALL));
    server.crash();
    const next = startTestServer(world);
    await world.time.until(() => next.session(sessionId)?.sandbox.status === 'asleep');
    const after = ledgerOf(next, { sessionMicros: 250, dayMicros: RICH });
    expect(await world.time.during(after.start(sessionId, CALL))).toMatchObject({ kind: 'started' });
    expect(await factsOf(world, sessionId, 'UsageRecorded')).toMatchObject([
      { outcome: 'unknown', costMicros: 100 },
    ]);
    expect(await world.time.during(after.start(sessionId, CALL))).toMatchObject({ kind: 'exhausted' });
  });

  test('stays spent when its session is forgotten: the day does not begin again', async () => {
    const { world, server, sessionId, ledger } = await metered({ sessionMicros: RICH, dayMicros: 150 });
    const first = await world.time.during(ledger.start(sessionId, CALL));
    if (first.kind !== 'started') throw new Error(first.kind);
    await world.time.during(ledger.settle(sessionId, used(first.callId, 100)));
    const other = await another(world, server, 'bob');
    await world.time.during(server.commands.close(visitorOf(sessionId))());
    await world.time.until(() => server.session(sessionId)?.status === 'forgotten');
    expect(await world.time.during(ledger.start(other, CALL))).toEqual({ kind: 'exhausted', scope: 'day' });
  });

  test('is recorded once, however often it is told', async () => {
    const { world, sessionId, ledger } = await metered({ sessionMicros: RICH, dayMicros: RICH });
    const first = await world.time.during(ledger.start(sessionId, CALL));
    if (first.kind !== 'started') throw new Error(first.kind);
    await world.time.during(ledger.settle(sessionId, used(first.callId, 7)));
    await world.time.during(ledger.settle(sessionId, used(first.callId, 7)));
    expect(await factsOf(world, sessionId, 'UsageRecorded')).toMatchObject([{ costMicros: 7 }]);
  });
});

test('nothing is called for a session that is closed', async () => {
  const { world, server, sessionId, ledger } = await metered({ sessionMicros: RICH, dayMicros: RICH });
  await world.time.during(server.commands.close(visitorOf(sessionId))());
  expect(await world.time.during(ledger.start(sessionId, CALL))).toEqual({ kind: 'closed' });
});
