import type { JanitorEvent } from '../../domain/janitor/events.ts';
import { succeededStep } from '../../domain/session/outcomes.ts';
import { isService, type StepError, type StepName } from '../../domain/steps.ts';
import { asSessionEvent, type KnownSessionEvent } from '../known-event.ts';
import type { FeedEvent } from '../ports.ts';
import { type Projection, sessionKey } from '../projection.ts';
import { providerFailed, stepFailed, stepSkipped, stepStarted, stepSucceeded } from './counts.ts';
import { counted } from './histogram.ts';
import {
  closing,
  parked,
  renewed,
  running,
  sandboxGone,
  settled,
  turnEnded,
  turnStarted,
  unparked,
  unparkedForUse,
  unparkedStep,
} from './session.ts';
import { NO_SHARD, type OpsSession, type OpsShard, RECENT_CLAIMS, shardOf, shortened } from './shard.ts';

/** Most of a log, and nothing an operator is shown. */
const WORDS = new Set([
  ...['AgentSaid', 'ToolCalled', 'ToolReturned', 'ModelCallStarted', 'UsageRecorded'],
  ...['TurnLeaseRenewed', 'TurnVerified', 'CorrectionRequested', 'MailRequested', 'MailSent', 'MailRefused'],
]);

/** How the whole installation does, in a few documents that are merged when somebody looks. */
export const opsView: Projection<OpsShard> = {
  name: 'ops_view',
  version: 3,
  keyOf: ({ stream, type }) => {
    if (WORDS.has(type)) return undefined;
    return stream.startsWith('session-') || type === 'OrphanReleaseFailed' ? shardOf(stream) : undefined;
  },
  evolve: (shard = NO_SHARD, event) => {
    const sessionId = sessionKey(event);
    return sessionId === undefined ? releaseFailed(shard, event) : evolveSession(shard, sessionId, event);
  },
  indexes: () => ({ every: ['shard'] }),
  // Of these it is enough to know that they happened.
  ignores: new Set([...WORDS, 'TurnSubmitted', 'TurnCommitted', 'OwnerAdded']),
};

type OrphanReleaseFailed = Extract<JanitorEvent, { type: 'OrphanReleaseFailed' }>['data'];

const releaseFailed = (shard: OpsShard, { data, at }: FeedEvent): OpsShard => {
  const { service, error } = data as OrphanReleaseFailed;
  return providerFailed(shard, service, error, at);
};

const evolveSession = (shard: OpsShard, sessionId: string, published: FeedEvent): OpsShard => {
  const event = asSessionEvent(published);
  if (event.type === 'SessionPlanned') return withSession(shard, sessionId, planned(event));
  const session = Object.hasOwn(shard.sessions, sessionId) ? shard.sessions[sessionId] : undefined;
  if (session === undefined) return shard;
  if (event.type === 'SessionForgotten') return forgotten(shard, sessionId, session, event.at);
  const [counts, after] = evolve(shard, session, event);
  return after === session ? counts : withSession(counts, sessionId, after);
};

const planned = ({
  data,
  at,
}: Extract<KnownSessionEvent, { readonly type: 'SessionPlanned' }>): OpsSession => ({
  slug: data.slug,
  plannedAt: Date.parse(at),
  isClaimed: false,
  ...(data.mode === 'quick' ? { isQuick: true } : {}),
  isReady: false,
  sandbox: 'starting',
  running: {},
  parked: {},
  queuedTurns: 0,
  turns: {},
});

const withSession = (shard: OpsShard, sessionId: string, session: OpsSession): OpsShard => ({
  ...shard,
  sessions: { ...shard.sessions, [sessionId]: session },
});

const forgotten = (shard: OpsShard, sessionId: string, session: OpsSession, at: string): OpsShard => {
  const { [sessionId]: _gone, ...sessions } = shard.sessions;
  const counts = stepSucceeded(shard, 'forget', at, session.running.forget);
  return { ...counts, sessions, forgotten: shard.forgotten + 1 };
};

type After = readonly [OpsShard, OpsSession];

const evolve = (shard: OpsShard, session: OpsSession, event: KnownSessionEvent): After => {
  const { at } = event;
  switch (event.type) {
    case 'SandboxClaimed':
      return claimed(shard, session, event.data.source, Date.parse(at));
    case 'UpgradeRequested':
      return [shard, upgrading(session, Date.parse(at))];
    case 'UpgradeFailed': {
      const { waitingSince: _over, ...rest } = session;
      return [shard, { ...rest, isQuick: true }];
    }
    case 'SessionReady':
      return ready(shard, session, Date.parse(at));

    case 'StepStarted': {
      const { step } = event.data;
      return [stepStarted(shard, step), running(session, step, Date.parse(at))];
    }
    case 'StepFailed': {
      const { step, attempt, error, retryAt } = event.data;
      if (retryAt === undefined) return givenUp(shard, session, { step, attempt, error, at });
      return [stepFailed(shard, step, error, at), settled(session, step)];
    }
    case 'StepParked':
      return givenUp(shard, session, { ...event.data, at });
    case 'StepSkipped':
      return [stepSkipped(shard, event.data.step), settled(session, event.data.step)];
    case 'ServiceRetryRequested':
      return [shard, unparkedStep(unparkedStep(used(session), event.data.service), 'env_write')];
    case 'ServiceReleaseRequested':
      return [shard, unparkedStep(used(session), `release_${event.data.service}`)];
    case 'VariableReplaced':
      return [shard, unparkedStep(used(session), 'env_write')];
    case 'ResourceMissing': {
      const { service, error } = event.data;
      return [
        providerFailed(shard, service, error, at),
        parked(session, service, { attempt: 1, error: shortened(error), since: at }),
      ];
    }

    case 'TurnSubmitted':
      return [shard, used({ ...session, queuedTurns: session.queuedTurns + 1 })];
    case 'TurnStarted':
      return [shard, turnStarted(unparkedStep(session, 'checkpoint'), event.data.turnId, Date.parse(at))];
    case 'TurnFinished':
      return turnOver(shard, session, event.data.turnId, 'finished', at);
    case 'TurnFailed':
      return turnOver(shard, session, event.data.turnId, 'failed', at);
    case 'TurnCancelled':
      return turnOver(shard, session, event.data.turnId, 'cancelled', at);
    case 'TurnCommitted':
      return [shard, unparkedStep(session, 'push')];

    case 'SandboxSlept':
      return slept(shard, session, at);
    case 'SandboxLost':
      return [
        { ...shard, sandboxes: { ...shard.sandboxes, lost: shard.sandboxes.lost + 1 } },
        sandboxGone(session, 'lost'),
      ];
    case 'RenewalRequested':
      return [shard, renewed(session, Date.parse(at))];
    case 'WakeRequested':
      return [shard, unparkedForUse(session)];
    case 'ReleaseRetryRequested':
      return [shard, unparked(session)];
    case 'CloseRequested':
      return [shard, closing(session)];
    case 'SessionClosed':
      return [shard, { ...session, end: 'closed' }];

    case 'OwnerAdded':
    case 'TurnCancelRequested':
    case 'HistoryMoveRequested':
    case 'FileSaveRequested':
    case 'DataChangeRequested':
      return [shard, used(session)];
    default: {
      const step = succeededStep(event);
      return step === undefined ? [shard, session] : succeeded(shard, session, step, event);
    }
  }
};

/** Whatever kept it from sleeping before may be over when it is idle the next time. */
const used = (session: OpsSession): OpsSession => unparkedStep(session, 'sleep');

/** Its boot begins now: how long it was a quick page says nothing about that. */
const upgrading = ({ isQuick: _over, ...session }: OpsSession, at: number): OpsSession =>
  used(unparkedForUse({ ...session, plannedAt: at, waitingSince: at }));

const claimed = (shard: OpsShard, session: OpsSession, source: 'pool' | 'cold', at: number): After => {
  // Neither warm nor cold: nothing was wanted of the pool.
  if (session.isQuick) return [shard, used({ ...session, isClaimed: true })];
  const { claims } = shard;
  const recent = [...claims.recent, [at, source] as const].slice(-RECENT_CLAIMS);
  return [
    { ...shard, claims: { ...claims, [source]: claims[source] + 1, recent } },
    used({ ...session, isClaimed: true, ...(session.isReady ? {} : { waitingSince: at }) }),
  ];
};

const ready = (shard: OpsShard, session: OpsSession, at: number): After => {
  const { waitingSince, isQuick: _over, ...rest } = session;
  if (session.isReady)
    return [shard, used({ ...rest, ...(waitingSince === undefined ? {} : { waitingSince }) })];
  const { fromPlan, fromClaim } = shard.boot;
  const boot = {
    fromPlan: counted(fromPlan, at - session.plannedAt),
    fromClaim: waitingSince === undefined ? fromClaim : counted(fromClaim, at - waitingSince),
  };
  return [{ ...shard, boot }, used({ ...rest, isReady: true })];
};

const givenUp = (
  shard: OpsShard,
  session: OpsSession,
  {
    step,
    attempt,
    error,
    at,
  }: { readonly step: StepName; readonly attempt: number; readonly error: StepError; readonly at: string },
): After => [
  stepFailed(shard, step, error, at),
  parked(session, step, { attempt, error: shortened(error), since: at }),
];

const succeeded = (
  shard: OpsShard,
  session: OpsSession,
  step: StepName,
  { type, at }: KnownSessionEvent,
): After => {
  const counts = stepSucceeded(shard, step, at, session.running[step]);
  const after = settled(session, step);
  switch (type) {
    case 'SandboxBooted':
      return [counts, { ...after, sandbox: 'awake' }];
    case 'SandboxWoken':
      return [
        { ...counts, sandboxes: { ...counts.sandboxes, woken: counts.sandboxes.woken + 1 } },
        used({ ...after, sandbox: 'awake' }),
      ];
    case 'ResourceReleased':
      return [counts, session.end === undefined ? givenBack(after, step) : after];
    case 'HistoryMoved':
    case 'FileSaved':
      return [counts, used(unparkedStep(after, 'push'))];
    default:
      return [counts, after];
  }
};

/** What kept the service from being there is over, and its lines leave the env file. */
const givenBack = (session: OpsSession, release: StepName): OpsSession => {
  const service = release.replace('release_', '') as StepName;
  return isService(service) ? unparkedStep(unparkedStep(session, service), 'env_write') : session;
};

/** On purpose, which is a step, or because its processes ended by themselves. */
const slept = (shard: OpsShard, session: OpsSession, at: string): After => {
  const since = session.running.sleep;
  const counts = since === undefined ? shard : stepSucceeded(shard, 'sleep', at, since);
  const after = since === undefined ? session : settled(session, 'sleep');
  return [
    { ...counts, sandboxes: { ...counts.sandboxes, slept: counts.sandboxes.slept + 1 } },
    sandboxGone(after, 'asleep'),
  ];
};

const turnOver = (
  shard: OpsShard,
  session: OpsSession,
  turnId: string,
  outcome: 'finished' | 'failed' | 'cancelled',
  at: string,
): After => {
  const ended = turnEnded(used(session), turnId);
  if (ended === undefined) return [shard, used(session)];
  const { turns } = shard;
  const took =
    ended.since === undefined || outcome !== 'finished'
      ? turns.took
      : counted(turns.took, Date.parse(at) - ended.since);
  return [{ ...shard, turns: { ...turns, [outcome]: turns[outcome] + 1, took } }, ended.session];
};
