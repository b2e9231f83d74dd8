import { SERVICES } from '../../domain/services.ts';
import { RESOURCE_MISSING } from '../../domain/session/state.ts';
import {
  BOOT_STEPS,
  isLife,
  isOwners,
  isRelease,
  isService,
  LIFE_STEPS,
  RELEASE_STEPS,
  type StepName,
} from '../../domain/steps.ts';
import {
  type ClaimOps,
  OPS_STATES,
  type OpsState,
  type OpsView,
  type ParkedWork,
  type ProviderOps,
  type StepOps,
} from '../operator-views.ts';
import { durationsOf, EMPTY, merged } from './histogram.ts';
import { type Counts, countOf, type OpsSession, type OpsShard, type Parked, RECENT_CLAIMS } from './shard.ts';

const STEPS: readonly StepName[] = [...BOOT_STEPS, ...LIFE_STEPS, ...RELEASE_STEPS];
const PROVIDERS = ['sandbox', ...SERVICES] as const;
const MOST_PARKED = 200;

/** All shards as one document. */
export const renderOps = (shards: readonly OpsShard[]): OpsView => {
  const sessions = shards.flatMap((shard) => Object.entries(shard.sessions));
  const parked = sessions
    .flatMap(([sessionId, session]) => parkedWork(sessionId, session))
    .toSorted((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
  const open = sessions.filter(([, { end }]) => end === undefined);
  return {
    sessions: {
      byState: byState(
        sessions,
        sum(shards, ({ forgotten }) => forgotten),
      ),
      claimed: open.filter(([, { isClaimed }]) => isClaimed).length,
      unclaimed: open.filter(([, { isClaimed }]) => !isClaimed).length,
    },
    steps: STEPS.flatMap((step) => stepOps(shards, sessions, step)),
    boot: {
      fromPlan: durationsOf(shards.map(({ boot }) => boot.fromPlan).reduce(merged, EMPTY)),
      fromClaim: durationsOf(shards.map(({ boot }) => boot.fromClaim).reduce(merged, EMPTY)),
    },
    claims: claimOps(shards),
    providers: PROVIDERS.map((service) => providerOps(shards, service)),
    parked: parked.slice(0, MOST_PARKED),
    parkedTotal: parked.length,
    turns: {
      queued: sum(sessions, ([, { queuedTurns }]) => queuedTurns),
      running: sum(sessions, ([, { turns }]) => Object.keys(turns).length),
      finished: sum(shards, ({ turns }) => turns.finished),
      failed: sum(shards, ({ turns }) => turns.failed),
      cancelled: sum(shards, ({ turns }) => turns.cancelled),
      took: durationsOf(shards.map(({ turns }) => turns.took).reduce(merged, EMPTY)),
    },
    sandboxes: {
      slept: sum(shards, ({ sandboxes }) => sandboxes.slept),
      woken: sum(shards, ({ sandboxes }) => sandboxes.woken),
      lost: sum(shards, ({ sandboxes }) => sandboxes.lost),
    },
  };
};

const sum = <A>(all: readonly A[], of: (one: A) => number): number =>
  all.reduce((total, one) => total + of(one), 0);

export const stateOf = ({ end, isQuick, isReady, sandbox, running }: OpsSession): OpsState => {
  if (end !== undefined) return end;
  if (isQuick) return 'quick';
  if (!isReady || sandbox === 'starting') return 'booting';
  return sandbox !== 'awake' && running.wake !== undefined ? 'waking' : sandbox;
};

const byState = (
  sessions: readonly (readonly [string, OpsSession])[],
  forgotten: number,
): OpsView['sessions']['byState'] => {
  const counts = Object.fromEntries(OPS_STATES.map((state) => [state, 0])) as Record<OpsState, number>;
  for (const [, session] of sessions) counts[stateOf(session)] += 1;
  return { ...counts, forgotten };
};

const stepOps = (
  shards: readonly OpsShard[],
  sessions: readonly (readonly [string, OpsSession])[],
  step: StepName,
): readonly StepOps[] => {
  const counted = shards.flatMap(({ steps }) => steps[step] ?? []);
  if (counted.length === 0) return [];
  return [
    {
      step,
      group: isRelease(step) ? 'release' : isLife(step) ? 'life' : 'boot',
      took: durationsOf(counted.map(({ took }) => took).reduce(merged, EMPTY)),
      running: sessions.filter(([, { running }]) => running[step] !== undefined).length,
      skipped: sum(counted, ({ skipped }) => skipped),
      failures: added(counted.map(({ failures }) => failures)),
    },
  ];
};

/** The most frequent first. */
const added = (all: readonly Counts[]): Counts => {
  const codes = [...new Set(all.flatMap((counts) => Object.keys(counts)))];
  return Object.fromEntries(
    codes
      .map((code) => [code, sum(all, (counts) => countOf(counts, code))] as const)
      .toSorted(([a, times], [b, others]) => others - times || (a < b ? -1 : 1)),
  );
};

const claimOps = (shards: readonly OpsShard[]): ClaimOps => {
  const recent = shards
    .flatMap(({ claims }) => claims.recent)
    .toSorted(([a], [b]) => b - a)
    .slice(0, RECENT_CLAIMS);
  const from = (source: 'pool' | 'cold') => recent.filter(([, each]) => each === source).length;
  return {
    pool: sum(shards, ({ claims }) => claims.pool),
    cold: sum(shards, ({ claims }) => claims.cold),
    recent: { pool: from('pool'), cold: from('cold') },
  };
};

const providerOps = (shards: readonly OpsShard[], service: (typeof PROVIDERS)[number]): ProviderOps => {
  const all = shards.flatMap(({ providers }) => providers[service] ?? []);
  const byCode = added(all.map((counts) => counts.byCode));
  const latest = all.reduce<(typeof all)[number] | undefined>(
    (last, each) => ((each.lastAt ?? '') > (last?.lastAt ?? '') ? each : last),
    undefined,
  );
  const lastOkAt = all.map((each) => each.lastOkAt ?? '').reduce((a, b) => (a > b ? a : b), '');
  return {
    service,
    failures: sum(Object.values(byCode), (times) => times),
    byCode,
    ...(latest?.lastAt === undefined ? {} : { lastAt: latest.lastAt }),
    ...(latest?.lastError === undefined ? {} : { lastError: latest.lastError }),
    ...(lastOkAt === '' ? {} : { lastOkAt }),
  };
};

/** What a session that ends still has to do is its releases; what its owner asked for and was given up on is over. */
const parkedWork = (sessionId: string, { slug, end, parked }: OpsSession): readonly ParkedWork[] =>
  (Object.entries(parked) as [StepName, Parked][])
    .filter(([step]) => !isOwners(step))
    .filter(([step]) => end === undefined || isRelease(step))
    .map(([step, why]) => ({ sessionId, slug, step, ...why, retry: retryOf(step, why) }));

/** What un-parks a step: the event, and whose word it takes. */
export const retryOf = (step: StepName, { error }: Pick<Parked, 'error'>): ParkedWork['retry'] => {
  if (isRelease(step)) return { by: 'operator', command: 'ReleaseRetryRequested' };
  if (!isService(step)) return { by: 'operator', command: 'WakeRequested' };
  const by = error.code === RESOURCE_MISSING ? 'owner' : 'operator';
  return { by, command: 'ServiceRetryRequested' };
};
