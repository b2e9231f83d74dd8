import { describe, expect, test } from 'vitest';
import { resourceName } from '../../domain/services.ts';
import { TURN_LEASE_MS, TURN_RENEW_MS } from '../../domain/session/process-managers/turns.ts';
import type { Move } from '../testing/agent.ts';
import { coldSession, isReady, visitorOf } from '../testing/visits.ts';
import {
  createTestWorld,
  factsOf,
  historyOf,
  inACloud,
  startTestServer,
  type TestWorld,
} from '../testing/world.ts';

const shared = { exclusive: false } as const;

/** A turn that runs at the first of two servers, as its agent is in the middle of these moves. */
const underWay = async (...moves: readonly Move[]) => {
  const world = inACloud(createTestWorld());
  const first = await coldSession(world, undefined, shared);
  const { sessionId, slug } = first;
  const second = startTestServer(world, shared);
  await world.time.until(
    () => isReady(first.server.session(sessionId)) && isReady(second.session(sessionId)),
  );
  // Whichever of them comes first runs the turn; the first one is to be it.
  world.agent.will(...moves);
  await world.time.during(
    first.server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'A habit tracker' })(),
  );
  const turn = () =>
    second.session(sessionId)?.turns[0] ?? { status: 'queued', runner: undefined, attempt: 0 };
  await world.time.until(() => turn().status === 'running');
  const [runs, other] =
    turn().runner === first.server.context.settings.runner ? [first.server, second] : [second, first.server];
  const begun = other.context.directory.headOf(`session-${sessionId}`);
  /** So many events after it had begun. */
  const hasSaid = (events: number) => () =>
    other.context.directory.headOf(`session-${sessionId}`) >= begun + events;
  return { world, sessionId, slug, runs, other, hasSaid, turn: () => other.session(sessionId)?.turns[0] };
};

const spoken = async (world: TestWorld, sessionId: string) =>
  (await historyOf(world, sessionId))
    .map(({ type }) => type)
    .filter((type) => type === 'AgentSaid' || type.startsWith('Tool'));

describe('a turn whose server is killed, where others share its log', () => {
  test('goes on at another one within its lease: the agent is listened to, and not asked again', async () => {
    const { world, sessionId, slug, runs, other, hasSaid, turn } = await underWay(
      { says: 'I begin.' },
      { edits: 'src/app.tsx' },
      { thinks: 'Hm.' },
      { says: 'There it is.' },
    );
    await world.time.until(hasSaid(1));
    runs.crash();
    await world.time.until(() => turn()?.status === 'finished', TURN_LEASE_MS + 15_000);

    expect(world.agent.prompts()).toEqual(['A habit tracker']);
    expect(await factsOf(world, sessionId, 'TurnStarted')).toMatchObject([
      { attempt: 1, runner: runs.context.settings.runner, leaseMs: TURN_LEASE_MS },
      { attempt: 2, runner: other.context.settings.runner, resumes: 'answer' },
    ]);
    expect(await spoken(world, sessionId)).toEqual([
      'AgentSaid',
      'ToolCalled',
      'ToolReturned',
      'AgentSaid',
      'AgentSaid',
    ]);
    expect(await factsOf(world, sessionId, 'TurnCommitted')).toMatchObject([
      { sha: world.sandboxes.git(resourceName(slug)).head() },
    ]);
  });

  test('is asked of the agent once more where nobody can hear its answer any more', async () => {
    const { world, sessionId, slug, runs, hasSaid, turn } = await underWay(
      { edits: 'src/half.tsx' },
      'waits',
    );
    await world.time.until(hasSaid(2));
    runs.crash();
    world.agent.will({ edits: 'src/app.tsx' }, { says: 'Done.' });
    await world.time.during(
      world.agent.cancel({ name: resourceName(slug) } as never, '', { agentSessionId: '' })(),
    );
    await world.time.until(() => turn()?.status === 'finished', TURN_LEASE_MS + 15_000);
    expect(world.agent.prompts()).toEqual(['A habit tracker', 'A habit tracker']);
    expect((await factsOf(world, sessionId, 'TurnStarted'))[1]).not.toHaveProperty('resumes');
    expect(await factsOf(world, sessionId, 'TurnFinished')).toHaveLength(1);
  });

  test('is over at another one where its visitor has asked for that', async () => {
    const { world, sessionId, runs, other, turn } = await underWay('waits');
    const turnId = turn()?.turnId ?? '';
    runs.crash();
    await world.time.during(other.commands.cancelTurn({ ...visitorOf(sessionId), turnId })());
    await world.time.until(() => turn()?.status === 'cancelled', TURN_LEASE_MS + 15_000);
    world.agent.will({ says: 'Hello.' });
    await world.time.during(other.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Hello' })());
    await world.time.until(() => other.session(sessionId)?.turns[1]?.status === 'finished', 15_000);
  });
});

describe('a turn whose server lives', () => {
  test('is nobody else’s, however long its agent says nothing, for a few words an hour', async () => {
    const { world, sessionId, runs, turn } = await underWay('waits');
    await world.time.pass(600_000);
    expect(await factsOf(world, sessionId, 'TurnStarted')).toHaveLength(1);
    expect(turn()).toMatchObject({ status: 'running', runner: runs.context.settings.runner });
    const renewals = await factsOf(world, sessionId, 'TurnLeaseRenewed');
    expect(renewals.length).toBeGreaterThan(600_000 / TURN_LEASE_MS);
    expect(renewals.length).toBeLessThanOrEqual(600_000 / TURN_RENEW_MS);
  });

  test('says nothing of itself while its agent speaks', async () => {
    const { world, sessionId, turn } = await underWay({ says: 'One.' }, { says: 'Two.' });
    await world.time.until(() => turn()?.status === 'finished');
    expect(await factsOf(world, sessionId, 'TurnLeaseRenewed')).toEqual([]);
  });

  test('is handed over when it stops: another one goes on at once', async () => {
    const { world, sessionId, runs, other, hasSaid, turn } = await underWay(
      { says: 'I begin.' },
      { edits: 'src/app.tsx' },
      { says: 'There it is.' },
    );
    await world.time.until(hasSaid(1));
    const stopping = runs.stop();
    await world.time.until(() => turn()?.status === 'finished', 15_000);
    await stopping;
    expect(world.agent.prompts()).toEqual(['A habit tracker']);
    expect(await factsOf(world, sessionId, 'TurnLeaseRenewed')).toMatchObject([{ leaseMs: 0 }]);
    expect(await factsOf(world, sessionId, 'TurnStarted')).toMatchObject([
      {},
      { runner: other.context.settings.runner, resumes: 'answer' },
    ]);
    expect(await factsOf(world, sessionId, 'TurnFailed')).toEqual([]);
  });
});

describe('a turn whose only server is killed, while its sandbox lives on', () => {
  test('is listened to by the next start, at once', async () => {
    const world = inACloud(createTestWorld());
    const { server, sessionId } = await coldSession(world, 'A habit tracker');
    world.agent.will({ edits: 'src/app.tsx' }, { thinks: 'Hm.' }, { says: 'There it is.' });
    const headOfIt = () => server.context.directory.headOf(`session-${sessionId}`);
    await world.time.until(() => server.session(sessionId)?.turns[0]?.status === 'running');
    const begun = headOfIt();
    await world.time.until(() => headOfIt() > begun + 1);
    server.crash();
    const next = startTestServer(world);
    await world.time.until(() => next.session(sessionId)?.turns[0]?.status === 'finished', 15_000);
    expect(world.agent.prompts()).toEqual(['A habit tracker']);
    expect(await factsOf(world, sessionId, 'TurnStarted')).toMatchObject([{}, { resumes: 'answer' }]);
    expect(await factsOf(world, sessionId, 'TurnLeaseRenewed')).toEqual([]);
  });
});
