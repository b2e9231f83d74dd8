import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resourceName } from '../../domain/services.ts';
import { MAX_CORRECTIONS } from '../../domain/session/decide/turns.ts';
import { holds } from '../../domain/testing/property.ts';
import type { Move } from '../testing/agent.ts';
import { coldSession, isAtRest, type Visit, visitorOf } from '../testing/visits.ts';
import { createTestWorld, factsOf, historyOf, startTestServer } from '../testing/world.ts';
import { CORRECTION_OPENING } from '../turns/verdict.ts';

const BREAKS: readonly Move[] = [{ breaks: 'types' }, { says: 'There it is.' }];
const MENDS: readonly Move[] = [{ mends: 'types' }, { says: 'Mended.' }];

const build = async (...scripts: readonly (readonly Move[])[]): Promise<Visit> => {
  const visit = await coldSession(createTestWorld(), 'A habit tracker');
  visit.world.agent.willFirst(...scripts);
  return visit;
};

const settled = async ({ world, server, sessionId }: Visit) => {
  await world.time.until(() => isAtRest(server.session(sessionId)));
  const types = (await historyOf(world, sessionId)).map(({ type }) => type);
  const turn = types.filter((type) =>
    ['TurnCommitted', 'TurnVerified', 'CorrectionRequested', 'TurnFinished', 'TurnFailed'].includes(type),
  );
  return { turn, verified: await factsOf(world, sessionId, 'TurnVerified') };
};

describe('a turn that changed something', () => {
  test('is finished when its changes are committed, its types hold, and its app and page answer', async () => {
    const { turn, verified } = await settled(await build([{ edits: 'src/app.tsx' }]));
    expect(turn).toEqual(['TurnCommitted', 'TurnVerified', 'TurnFinished']);
    expect(verified).toMatchObject([
      {
        passed: true,
        checks: [
          { kind: 'secrets', outcome: 'passed' },
          { kind: 'commit', outcome: 'passed' },
          { kind: 'types', outcome: 'passed' },
          { kind: 'http', outcome: 'passed' },
          { kind: 'page', outcome: 'passed', how: 'modules' },
        ],
      },
    ]);
  });

  test.each(['types', 'http', 'page'] as const)(
    'is given back to the agent where its %s is not right, and finished when it is',
    async (what) => {
      const visit = await build([{ breaks: what }], [{ mends: what }]);
      const { turn, verified } = await settled(visit);
      expect(turn).toEqual([
        ...['TurnCommitted', 'TurnVerified', 'CorrectionRequested'],
        ...['TurnCommitted', 'TurnVerified', 'TurnFinished'],
      ]);
      expect(verified.map(({ passed }) => passed)).toEqual([false, true]);
      const [first, second] = visit.world.agent.prompts();
      expect(first).toBe('A habit tracker');
      expect(second?.startsWith(CORRECTION_OPENING)).toBe(true);
      expect(second).toContain(`- ${what}: `);
    },
  );

  test('is one step of the history, however often it was corrected', async () => {
    const visit = await build(BREAKS, MENDS);
    await settled(visit);
    const { history, turns } = visit.server.session(visit.sessionId) ?? {};
    expect(history?.parentOf[history.at]).toBe(history?.root);
    expect(turns).toMatchObject([{ commit: { sha: history?.at, base: history?.root }, corrections: 1 }]);
  });

  test('is given back to the visitor after the agent was told three times', async () => {
    const visit = await build(...Array.from({ length: 9 }, () => BREAKS));
    const { turn } = await settled(visit);
    expect(turn.filter((type) => type === 'CorrectionRequested')).toHaveLength(3);
    expect(turn.slice(-2)).toEqual(['TurnVerified', 'TurnFailed']);
    expect(await factsOf(visit.world, visit.sessionId, 'TurnFailed')).toMatchObject([
      {
        error: {
          code: 'not_verified',
          message:
            'The changes are committed, but the type check fails, although the agent was told 3 times. Ask for it to be fixed, or undo.',
        },
      },
    ]);
  });

  test('is given back at once where the agent has nothing more to add', async () => {
    const visit = await build(BREAKS, [{ says: 'I cannot.' }]);
    const { turn } = await settled(visit);
    expect(turn).toEqual(['TurnCommitted', 'TurnVerified', 'CorrectionRequested', 'TurnFailed']);
    expect(visit.world.agent.prompts()).toHaveLength(2);
  });

  test('may be stopped while it is corrected', async () => {
    const visit = await build(BREAKS, [{ says: 'Let me see.' }, 'waits']);
    const { world, server, sessionId } = visit;
    await world.time.until(() => server.session(sessionId)?.turns[0]?.corrections === 1);
    const turnId = server.session(sessionId)?.turns[0]?.turnId ?? '';
    await world.time.during(server.commands.cancelTurn({ ...visitorOf(sessionId), turnId })());
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'cancelled');
    expect(await factsOf(world, sessionId, 'TurnFailed')).toEqual([]);
  });

  test('says that it could not be checked, and does not blame the agent for it', async () => {
    const world = createTestWorld();
    const visit = await coldSession(world, 'A habit tracker');
    world.agent.willFirst([{ edits: 'src/app.tsx' }]);
    await world.time.until(() => visit.server.session(visit.sessionId)?.turns[0]?.commit !== undefined);
    world.sandboxes.freezes(resourceName(visit.slug));
    const { turn } = await settled(visit);
    expect(turn).toEqual(['TurnCommitted', 'TurnVerified', 'TurnFailed']);
    expect(await factsOf(world, visit.sessionId, 'TurnFailed')).toMatchObject([
      { error: { code: 'not_checked' } },
    ]);
  });
});

test('a turn that changed nothing is not checked', async () => {
  const visit = await build([{ says: 'Hello!' }]);
  expect((await settled(visit)).turn).toEqual(['TurnFinished']);
  expect(visit.world.sandboxes.app(resourceName(visit.slug)).looks()).toBe(0);
});

describe('a server that is killed while a turn is checked', () => {
  test('goes on with the checks: what is committed is not asked for again', async () => {
    const visit = await build([{ edits: 'src/app.tsx' }, { says: 'Done.' }]);
    const { world, server, sessionId } = visit;
    await world.time.until(() => server.session(sessionId)?.turns[0]?.commit !== undefined);
    server.crash();
    const next = startTestServer(world);
    const { turn } = await settled({ ...visit, server: next });
    expect(world.agent.prompts()).toEqual(['A habit tracker']);
    expect(turn).toEqual(['TurnCommitted', 'TurnVerified', 'TurnFinished']);
    expect((await factsOf(world, sessionId, 'TurnStarted')).map(({ resumes }) => resumes)).toEqual([
      undefined,
      'checks',
    ]);
  });

  holds(
    'tells the agent at most three times in all, whenever it is killed, and ends the turn',
    [fc.nat(1_000_000), fc.array(fc.integer({ min: 200, max: 3_000 }), { minLength: 1, maxLength: 3 })],
    async (seed, lives) => {
      const visit = await coldSession(createTestWorld({ seed }), 'A habit tracker');
      const { world, sessionId } = visit;
      world.agent.will(...BREAKS);
      let { server } = visit;
      for (const ms of lives) {
        await world.time.pass(ms);
        server.crash();
        server = startTestServer(world);
      }
      await world.time.until(() => isAtRest(server.session(sessionId)));
      const corrections = await factsOf(world, sessionId, 'CorrectionRequested');
      expect(corrections.map(({ correction }) => correction)).toEqual(
        corrections.map((_, index) => index + 1),
      );
      expect(corrections.length).toBeLessThanOrEqual(MAX_CORRECTIONS);
      const told = world.agent.prompts().filter((prompt) => prompt.startsWith(CORRECTION_OPENING));
      expect(told.length).toBeLessThanOrEqual(corrections.length);
      expect(server.session(sessionId)?.turns[0]?.status).toBe('failed');
    },
    { runs: 40 },
  );
});

describe('a turn that would publish a secret', () => {
  const leaks: readonly Move[] = [{ breaks: 'secrets' }, { says: 'Connected.' }];

  test('commits nothing, and is finished once the agent has taken it out', async () => {
    const { turn, verified } = await settled(await build(leaks, [{ mends: 'secrets' }]));
    expect(turn).toEqual([
      ...['TurnVerified', 'CorrectionRequested'],
      ...['TurnCommitted', 'TurnVerified', 'TurnFinished'],
    ]);
    expect(verified[0]?.checks).toEqual([{ kind: 'secrets', outcome: 'failed' }]);
  });

  test('leaves the file out where the agent does not, and tells the visitor', async () => {
    const visit = await build(leaks, [{ says: 'I like it so.' }]);
    const { turn } = await settled(visit);
    expect(turn).toEqual(['TurnVerified', 'CorrectionRequested', 'TurnCommitted', 'TurnFailed']);
    expect(await factsOf(visit.world, visit.sessionId, 'TurnFailed')).toMatchObject([
      { error: { code: 'secret_held_back' } },
    ]);
  });
});
