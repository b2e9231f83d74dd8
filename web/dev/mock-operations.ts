import type { ProjectionStatus } from '../../projections/status.ts';
import type { Durations, OpsReport, OrphansView, StepOps } from '../../projections/views.ts';

const took = (count: number, p50: number): Durations =>
  count === 0 ? { count } : { count, p50, p95: p50 * 1.8, p99: p50 * 3.1, max: p50 * 4 };
const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const STEPS = [
  ['vm_boot', 310],
  ['acp_init', 290],
  ['acp_session', 21],
  ['model_setup', 9],
  ['git_setup', 64],
  ['posthog', 12],
  ['neon', 420],
  ['resend', 95],
  ['github', 140],
  ['env_write', 22],
] as const;

const steps: readonly StepOps[] = [
  ...STEPS.map(
    ([step, p50]): StepOps => ({
      step,
      group: 'boot',
      took: took(412, p50),
      running: step === 'neon' ? 1 : 0,
      skipped: 0,
      failures: step === 'resend' ? { unreachable: 14, timeout: 2 } : {},
    }),
  ),
  { step: 'wake', group: 'life', took: took(96, 900), running: 0, skipped: 0, failures: {} },
  { step: 'push', group: 'life', took: took(1_204, 260), running: 0, skipped: 0, failures: {} },
];

const state = {
  target: 3,
  parked: true,
  orphans: true,
  startedAt: ago(190),
  building: undefined as { readonly since: number; readonly name: string } | undefined,
  generation: 1,
};
export const operations = state;

const NAMES = ['session_view', 'session_list', 'transcript_view', 'pool_view', 'resource_ledger', 'ops_view'];
const TOTAL = 214_302;
const REBUILD_MS = 12_000;

export const projections = (): readonly ProjectionStatus[] =>
  NAMES.map((name): ProjectionStatus => {
    const mine = state.building?.name === name ? state.building : undefined;
    const part = mine === undefined ? 0 : Math.min(1, (Date.now() - mine.since) / REBUILD_MS);
    return {
      name,
      version: 2,
      serving: {
        table: `${name}_v2`,
        version: 2,
        generation: 1,
        behind: name === 'ops_view' ? 3 : 0,
        followed: true,
      },
      ...(name === 'session_view'
        ? { kept: { table: `${name}_v1`, version: 1, generation: 1, behind: 0, followed: true } }
        : {}),
      ...(mine === undefined
        ? {}
        : {
            building: {
              table: `${name}_v2~2`,
              version: 2,
              generation: 2,
              state: 'running',
              done: Math.round(TOTAL * part),
              total: TOTAL,
              eventsPerSecond: 17_800,
              secondsLeft: Math.ceil(((1 - part) * REBUILD_MS) / 1_000),
              resumedAt: 0,
            },
          }),
      pinned: false,
      unknownEvents: {},
    };
  });

const ERROR = {
  code: 'unreachable',
  message: 'The mail service did not answer within 15 s.',
  retryable: true,
};

export const report = (): OpsReport => ({
  ops: {
    sessions: {
      byState: {
        quick: 0,
        booting: 1,
        awake: 14,
        asleep: 231,
        waking: 1,
        lost: 2,
        closing: 0,
        closed: 0,
        forgotten: 118,
      },
      claimed: 246,
      unclaimed: 3,
    },
    steps,
    boot: { fromPlan: took(412, 930), fromClaim: took(31, 1_240) },
    claims: { pool: 381, cold: 31, recent: { pool: 93, cold: 7 } },
    providers: [
      { service: 'sandbox', failures: 0, byCode: {}, lastOkAt: ago(1) },
      {
        service: 'neon',
        failures: 2,
        byCode: { timeout: 2 },
        lastAt: ago(340),
        lastOkAt: ago(1),
        lastError: { ...ERROR, code: 'timeout', message: 'Postgres did not answer within 30 s.' },
      },
      {
        service: 'resend',
        failures: 16,
        byCode: { unreachable: 14, timeout: 2 },
        lastAt: ago(2),
        lastError: ERROR,
        lastOkAt: ago(41),
      },
      { service: 'github', failures: 0, byCode: {}, lastOkAt: ago(1) },
      { service: 'posthog', failures: 0, byCode: {}, lastOkAt: ago(1) },
    ],
    parked: state.parked
      ? [
          {
            sessionId: 'demo-missing',
            slug: 'demomissingx',
            step: 'resend',
            attempt: 5,
            error: ERROR,
            since: ago(26),
            retry: { by: 'operator', command: 'ServiceRetryRequested' },
          },
          {
            sessionId: 'demo-lost',
            slug: 'demolostxxxx',
            step: 'neon',
            attempt: 1,
            error: {
              code: 'resource_missing',
              message: 'The database is no longer there.',
              retryable: false,
            },
            since: ago(90),
            retry: { by: 'owner', command: 'ServiceRetryRequested' },
          },
        ]
      : [],
    parkedTotal: state.parked ? 2 : 0,
    turns: { queued: 1, running: 2, finished: 1_204, failed: 9, cancelled: 31, took: took(1_204, 6_400) },
    sandboxes: { slept: 340, woken: 96, lost: 4 },
  },
  orphans: state.orphans
    ? { sweptAt: ago(4), orphans: 2, stuck: 1, missing: 1 }
    : { sweptAt: ago(0), orphans: 0, stuck: 0, missing: 0 },
  process: {
    startedAt: state.startedAt,
    sampledAt: new Date(Math.floor(Date.now() / 2_000) * 2_000).toISOString(),
    node: 'v24.21.0',
    rssBytes: 184_000_000,
    heapUsedBytes: 61_000_000,
    eventLoopDelayMs: { p50: 1.1, p99: 6 + 5 * Math.sin(Date.now() / 9_000), max: 41 },
    store: {
      state: 'up',
      events:
        TOTAL +
        Math.floor((Date.now() - Date.parse(state.startedAt)) / 300) +
        Math.floor(40 * Math.sin(Date.now() / 4_000)),
      appends: { done: 18_401, failed: 0, took: took(18_401, 1.4) },
    },
  },
  pool: {
    specHash: 'mock',
    target: state.target,
    entries: Array.from({ length: 3 }, (_, index) => ({
      sessionId: `pool-${index}`,
      state: index === 2 ? 'booting' : 'ready',
      plannedAt: ago(12),
      missing: [],
    })),
    claims: { pool: 381, cold: 31 },
    parts: { sandbox: 'warm', neon: 'warm', resend: 'failed', github: 'warm', posthog: 'warm' },
  },
  projections: projections(),
});

export const orphans = (): OrphansView =>
  state.orphans
    ? {
        sweptAt: ago(4),
        orphans: [
          {
            service: 'neon',
            provider: 'embedded',
            resourceId: 'mk0r_a1b2c3d4e5f6',
            name: 'mk0r-a1b2c3d4e5f6',
            slug: 'a1b2c3d4e5f6',
            why: 'no_session',
            foundAt: ago(4),
          },
          {
            service: 'github',
            provider: 'embedded',
            resourceId: 'x',
            name: 'mk0r-0f9e8d7c6b5a',
            slug: '0f9e8d7c6b5a',
            why: 'released',
            foundAt: ago(4),
          },
        ],
        stuck: [
          {
            sessionId: 'demo-failed',
            service: 'resend',
            name: 'mk0r-demofailedxx',
            since: ago(60),
            error: ERROR,
          },
        ],
        missing: [{ sessionId: 'demo-lost', service: 'neon', name: 'mk0r-demolostxxxx', since: ago(90) }],
      }
    : { sweptAt: ago(0), orphans: [], stuck: [], missing: [] };
