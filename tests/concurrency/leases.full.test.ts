import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, type TestContext, test } from 'vitest';
import type { StoredEvent } from '../../commands/ports/event-store.ts';
import type { SessionEvent, SessionEventOf, SessionEventType } from '../../domain/session/events.ts';
import { TURN_LEASE_MS } from '../../domain/session/process-managers/turns.ts';
import type { Worker } from '../support/ledger/start-worker.ts';
import { audit } from './support/audit.ts';
import { type Cluster, createCluster, createSession, stoodStill } from './support/cluster.ts';

const TIMEOUT_MS = 180_000;
const ANN = { commandId: 'ann-creates', owner: 'ann' };
const PROMPT = 'A habit tracker';
const SOUND = { doubleClaims: 0, lostEntries: 0, brokenSeals: 0, ownerless: 0 };

const newCluster = async ({ onTestFinished }: TestContext): Promise<Cluster> => {
  const cluster = await createCluster();
  onTestFinished(cluster.close);
  cluster.outside.agent.will(
    { says: 'I begin.' },
    { edits: 'src/app.tsx' },
    { thinks: 'Hm.' },
    { says: 'There it is.' },
  );
  return cluster;
};

const endsAt = (point: string, signal: 'SIGKILL' | 'SIGSTOP') => ({ failpoint: { point, nth: 1, signal } });

/** A session whose first turn is in the middle of its answer; whoever runs it has this happen to it there. */
const underWay = async (cluster: Cluster, signal: 'SIGKILL' | 'SIGSTOP') => {
  const first = await cluster.start(endsAt('append ToolCalled: after', signal));
  const { sessionId } = await createSession(first, ANN, { prompt: PROMPT });
  if (signal === 'SIGKILL') await first.ended;
  else await stoodStill(first);
  const others = await Promise.all([cluster.start(), cluster.start()]);
  return { first, others, sessionId };
};

const untilOver = async (cluster: Cluster, servers: readonly Worker[], sessionId: string) => {
  for (;;) {
    const state = await servers[0]?.call('session', sessionId);
    const status = state?.turns[0]?.status;
    if (status !== undefined && status !== 'queued' && status !== 'running') break;
    await sleep(100);
  }
  await Promise.all(servers.map((server) => server.call('rest')));
  return cluster.readLog();
};

type Told<Type extends SessionEventType> = SessionEventOf<Type>['data'] & { readonly at: string };

const told = <Type extends SessionEventType>(
  log: readonly StoredEvent[],
  type: Type,
): readonly Told<Type>[] =>
  log
    .filter((event) => event.type === type)
    .map(({ data, metadata }) => ({ ...Object(data), at: metadata.at }));

const OF_AN_ANSWER: ReadonlySet<string> = new Set<SessionEvent['type']>([
  'AgentSaid',
  'ToolCalled',
  'ToolReturned',
]);
const ANSWER = ['AgentSaid', 'ToolCalled', 'ToolReturned', 'AgentSaid', 'AgentSaid'];

const answerIn = (log: readonly StoredEvent[]): readonly string[] =>
  log.map(({ type }) => type).filter((type) => OF_AN_ANSWER.has(type));

/** By the times in the log: not before its lease had lapsed, and long before its deadline. */
const isTakenOverInTime = (log: readonly StoredEvent[]): void => {
  const [before, after] = told(log, 'TurnStarted');
  const heardAt = told(log, 'ToolCalled')[0]?.at ?? '';
  const tookMs = Date.parse(after?.at ?? '') - Date.parse(heardAt);
  expect(before).toMatchObject({ attempt: 1, leaseMs: TURN_LEASE_MS });
  expect(after).toMatchObject({ attempt: 2, resumes: 'answer', promptId: before?.attemptId });
  expect(tookMs).toBeGreaterThanOrEqual(TURN_LEASE_MS);
  process.stdout.write(`leases: 1 turn taken over ${tookMs} ms after the last word of it\n`);
};

/** Two attempts, and all the same one question to the agent, one answer, one commit and one end. */
const isToldOnce = (log: readonly StoredEvent[], { outside }: Cluster): void => {
  isTakenOverInTime(log);
  expect(told(log, 'TurnStarted')).toHaveLength(2);
  expect(told(log, 'TurnFinished')).toHaveLength(1);
  expect(told(log, 'TurnCommitted')).toHaveLength(1);
  expect(outside.agent.prompts()).toEqual([PROMPT]);
  expect(answerIn(log)).toEqual(ANSWER);
  expect(audit(log, outside)).toMatchObject({ ...SOUND, livePerLeg: [1, 1] });
};

describe.concurrent('a turn in the middle of which its server', () => {
  test(
    'is killed is finished by another: the agent was asked once, and what it says is recorded once',
    async (context) => {
      const cluster = await newCluster(context);
      const { others, sessionId } = await underWay(cluster, 'SIGKILL');
      const log = await untilOver(cluster, others, sessionId);
      isToldOnce(log, cluster);
    },
    TIMEOUT_MS,
  );

  test(
    'stands still is taken over; when it wakes, nothing it has to say is recorded',
    async (context) => {
      const cluster = await newCluster(context);
      const { first, others, sessionId } = await underWay(cluster, 'SIGSTOP');
      await untilOver(cluster, others, sessionId);
      first.signal('SIGCONT');
      await first.call('rest');
      const log = await untilOver(cluster, others, sessionId);
      isToldOnce(log, cluster);
    },
    TIMEOUT_MS,
  );

  test(
    'is stopped in good order is handed over, and goes on at another at once',
    async (context) => {
      const cluster = await newCluster(context);
      cluster.outside.agent.will({ edits: 'src/app.tsx' }, 'waits');
      const first = await cluster.start();
      const { sessionId } = await createSession(first, ANN, { prompt: PROMPT });
      while (told(await cluster.readLog(), 'ToolReturned').length === 0) await sleep(100);
      const other = await cluster.start();
      await first.stop();
      while (told(await cluster.readLog(), 'TurnStarted').length < 2) await sleep(100);
      const [turn] = (await other.call('session', sessionId))?.turns ?? [];
      await other.call('cancelTurn', {
        ...{ commandId: 'stop', owner: 'ann', sessionId },
        turnId: turn?.turnId ?? '',
      });
      const log = await untilOver(cluster, [other], sessionId);
      expect(told(log, 'TurnLeaseRenewed')).toMatchObject([{ leaseMs: 0 }]);
      expect(told(log, 'TurnStarted')).toMatchObject([{ attempt: 1 }, { attempt: 2, resumes: 'answer' }]);
      expect(told(log, 'TurnCancelled')).toHaveLength(1);
      expect(cluster.outside.agent.prompts()).toEqual([PROMPT]);
    },
    TIMEOUT_MS,
  );
});
