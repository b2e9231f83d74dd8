import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, type TestContext, test } from 'vitest';
import type { StoredEvent } from '../../commands/ports/event-store.ts';
import { OUTAGE, REFUSED } from '../../commands/testing/providers.ts';
import type { SessionState } from '../../domain/session/state.ts';
import type { StepName } from '../../domain/steps.ts';
import type { Worker } from '../support/ledger/start-worker.ts';
import { audit } from './support/audit.ts';
import { type Cluster, createCluster, createSession, stoodStill } from './support/cluster.ts';

const TIMEOUT_MS = 120_000;

const [ANN, BOB] = [
  { commandId: 'ann-creates', owner: 'ann' },
  { commandId: 'bob-creates', owner: 'bob' },
];

const newCluster = async ({ onTestFinished }: TestContext): Promise<Cluster> => {
  const cluster = await createCluster();
  onTestFinished(cluster.close);
  return cluster;
};

const standsStillAt = (point: string, nth = 1) => ({ failpoint: { point, nth, signal: 'SIGSTOP' as const } });

/** Not `expect.poll`, which does not know its test among concurrent ones; the test's own limit ends it. */
const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await sleep(50);
};

const untilWarm = (server: Worker, count: number): Promise<void> =>
  until(async () => (await server.call('claimable')).length === count);

const untilSession = (
  server: Worker,
  sessionId: string,
  isSo: (state: SessionState) => boolean,
): Promise<void> =>
  until(async () => {
    const state = await server.call('session', sessionId);
    return state !== undefined && isSo(state);
  });

const attemptsOf = (log: readonly StoredEvent[], step: StepName): readonly number[] =>
  log
    .filter(({ type }) => type === 'StepStarted')
    .map(({ data }) => data as { readonly step: StepName; readonly attempt: number })
    .filter((intent) => intent.step === step)
    .map(({ attempt }) => attempt);

const SOUND = { doubleClaims: 0, lostEntries: 0, brokenSeals: 0, ownerless: 0 };

describe('a server that stands still while it claims', () => {
  const settings = { poolTarget: 1 };

  test(
    'loses to who claimed meanwhile, and gives its visitor another session',
    async (context) => {
      const cluster = await newCluster(context);
      const awake = await cluster.start({ settings });
      const zombie = await cluster.start({ settings, ...standsStillAt('append SandboxClaimed: before') });
      await untilWarm(zombie, 1);
      const [entry] = await zombie.call('claimable');

      const late = createSession(zombie, ANN);
      await stoodStill(zombie);
      expect(await createSession(awake, BOB)).toMatchObject({ sessionId: entry, source: 'pool' });
      zombie.signal('SIGCONT');

      expect((await late).sessionId).not.toBe(entry);
      await Promise.all([awake.call('rest'), zombie.call('rest')]);
      expect(audit(await cluster.readLog(), cluster.outside)).toMatchObject({ ...SOUND, livePerLeg: [1, 1] });
    },
    TIMEOUT_MS,
  );

  test(
    'has claimed: its visitor, who asks another server, is given the same session and the same key',
    async (context) => {
      const cluster = await newCluster(context);
      const awake = await cluster.start({ settings });
      const zombie = await cluster.start({ settings, ...standsStillAt('append SandboxClaimed: after') });
      await untilWarm(zombie, 1);

      const late = createSession(zombie, ANN);
      await stoodStill(zombie);
      await untilWarm(awake, 0);
      const repeated = await createSession(awake, ANN);
      zombie.signal('SIGCONT');

      const { sessionId, sessionKey } = await late;
      expect(repeated).toMatchObject({ sessionId, sessionKey });
      await Promise.all([awake.call('rest'), zombie.call('rest')]);
      expect(audit(await cluster.readLog(), cluster.outside)).toMatchObject({ ...SOUND, livePerLeg: [1, 1] });
    },
    TIMEOUT_MS,
  );
});

describe.concurrent('a server that stands still in an attempt, past its deadline', () => {
  test(
    'is taken over by one of two others; what it writes later changes nothing',
    async (context) => {
      const cluster = await newCluster(context);
      // By the time of its second attempt everything else is done: it is the env file alone that waits for a deadline.
      cluster.outside.providers.github.next(OUTAGE);
      const zombie = await cluster.start(standsStillAt('env_write > sandbox.writeFile: before'));
      const { sessionId } = await createSession(zombie, ANN);
      await stoodStill(zombie);
      const others = await Promise.all([cluster.start(), cluster.start()]);
      await Promise.all(
        others.map((other) => untilSession(other, sessionId, ({ readyAt }) => readyAt !== undefined)),
      );
      zombie.signal('SIGCONT');

      await Promise.all([zombie, ...others].map((server) => server.call('rest')));
      const log = await cluster.readLog();
      expect(attemptsOf(log, 'env_write')).toEqual([1, 2]);
      expect(log.filter(({ type }) => type === 'EnvWritten')).toHaveLength(1);
      expect(audit(log, cluster.outside)).toMatchObject({ ...SOUND, livePerLeg: [1, 1] });
    },
    TIMEOUT_MS,
  );

  test(
    'makes late what was made and released without it: an orphan, which is found and released',
    async (context) => {
      const cluster = await newCluster(context);
      cluster.outside.providers.resend.next(REFUSED);
      const zombie = await cluster.start(standsStillAt('resend > resend.provision: before', 2));
      const { sessionId } = await createSession(zombie, ANN);
      await untilSession(
        zombie,
        sessionId,
        ({ steps, readyAt }) => steps.resend?.status === 'parked' && readyAt !== undefined,
      );
      void zombie
        .call('retryService', { commandId: 'retry', owner: 'ann', sessionId, service: 'resend' })
        .catch(() => undefined);
      await stoodStill(zombie);
      const others = await Promise.all([cluster.start(), cluster.start()]);
      const [other] = others;
      if (other === undefined) throw new Error('there is no other server');
      await untilSession(other, sessionId, ({ env }) => env?.services.includes('resend') === true);
      await other.call('closeSession', { commandId: 'close', owner: 'ann', sessionId });
      await untilSession(other, sessionId, ({ status }) => status === 'forgotten');
      expect(audit(await cluster.readLog(), cluster.outside)).toMatchObject(SOUND);

      zombie.signal('SIGCONT');
      await until(() => cluster.outside.providers.resend.live.size === 1);
      await zombie.call('rest');
      await other.call('releaseOrphans', { commandId: 'sweep' });
      const log = await cluster.readLog();
      expect(attemptsOf(log, 'resend')).toEqual([1, 1, 2]);
      expect(log.at(-1)?.type).toBe('OrphanReleased');
      expect(audit(log, cluster.outside)).toMatchObject(SOUND);
    },
    TIMEOUT_MS,
  );
});
