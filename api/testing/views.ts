import { SERVICES } from '../../domain/services.ts';
import { BOOT_STEPS } from '../../domain/steps.ts';
import type { OpsLive } from '../../projections/operator-views.ts';
import type { ProjectionStatus } from '../../projections/status.ts';
import type { TranscriptView } from '../../projections/transcript-views.ts';
import type { PoolView, SessionView } from '../../projections/views.ts';

const AT = '2026-11-20T10:00:00.000Z';
const SHA = 'a'.repeat(40);

/** A session that is ready, with every optional part of the view in it. */
export const sessionViewAt = (session: {
  readonly sessionId: string;
  readonly slug: string;
  readonly revision: number;
}): SessionView => ({
  ...session,
  phase: 'ready',
  sandbox: 'awake',
  source: 'pool',
  plannedAt: AT,
  claimedAt: AT,
  readyAt: AT,
  missing: ['resend'],
  model: 'haiku',
  models: [
    { id: 'haiku', name: 'Haiku' },
    { id: 'sonnet', name: 'Sonnet' },
  ],
  spending: {
    costMicros: 120_000,
    calls: 4,
    inputTokens: 900,
    outputTokens: 1_200,
    cacheReadTokens: 40_000,
    cacheWriteTokens: 6_000,
    budgetMicros: 2_000_000,
    exhausted: { scope: 'day', budgetMicros: 20_000_000, spentMicros: 19_990_000, at: AT },
  },
  agent: { name: 'offline', version: '1' },
  isolation: 'bwrap',
  checklist: BOOT_STEPS.map((step) => ({ step, status: 'done', attempt: 1, startedAt: AT, endedAt: AT })),
  services: SERVICES.map((service) => ({
    service,
    status: 'done',
    provider: 'embedded',
    names: ['A_NAME'],
    facts: { fact: 'yes' },
  })),
  env: { version: 1, names: ['DATABASE_URL'] },
  history: {
    at: SHA,
    root: 'b'.repeat(40),
    childOf: { ['b'.repeat(40)]: SHA },
    undo: 'b'.repeat(40),
    commits: [
      {
        sha: SHA,
        parent: 'b'.repeat(40),
        turnId: 'turn-1',
        title: 'Add habits',
        at: AT,
        changed: [{ path: 'src/app.tsx', status: 'added' }],
        pushed: true,
      },
    ],
    checkpoints: [],
    givenUp: [],
  },
  runningTurn: 'turn-2',
  queuedTurns: 0,
  appErrors: [],
  title: 'Build me a habit tracker.',
});

export const transcriptAt = (sessionId: string, revision: number): TranscriptView => ({
  sessionId,
  revision,
  turns: [
    {
      turnId: 'turn-1',
      prompt: 'Build me a habit tracker.',
      status: 'finished',
      submittedAt: AT,
      startedAt: AT,
      endedAt: AT,
      items: [
        { kind: 'message', text: 'On it.', revision: 3 },
        {
          kind: 'tool',
          toolCallId: 'call-1',
          tool: 'edit',
          title: 'Edit src/app.tsx',
          path: 'src/app.tsx',
          status: 'completed',
          output: 'ok',
          diff: { path: 'src/app.tsx', added: 1, removed: 0, patch: '+x' },
          revision: 4,
        },
      ],
      commit: { sha: SHA, changed: [{ path: 'src/app.tsx', status: 'added' }] },
      usage: {
        model: 'claude-haiku-5-5',
        calls: 2,
        inputTokens: 10,
        outputTokens: 20,
        cacheReadTokens: 400,
        cacheWriteTokens: 30,
        costMicros: 61,
      },
    },
  ],
});

export const POOL: PoolView = {
  specHash: 'spec',
  target: 1,
  entries: [{ sessionId: 'warm', state: 'ready', plannedAt: AT, readyAt: AT, missing: [] }],
  claims: { pool: 3, cold: 1 },
  parts: { sandbox: 'warm', posthog: 'warm', neon: 'warm', resend: 'failed', github: 'off' },
};

export const PROJECTION: ProjectionStatus = {
  name: 'session_view',
  version: 2,
  serving: { table: 'session_view_v1', version: 1, generation: 1, behind: 0, followed: true },
  building: {
    table: 'session_view_v2',
    version: 2,
    generation: 1,
    state: 'running',
    done: 400_000,
    total: 1_000_000,
    eventsPerSecond: 200_000,
    secondsLeft: 3,
    resumedAt: 0,
  },
  pinned: false,
  unknownEvents: {},
};

const TOOK = { count: 3, p50: 800, p95: 1_200, p99: 1_200, max: 1_180 };

/** An installation with one of everything. */
export const OPS: OpsLive = {
  ops: {
    sessions: {
      byState: {
        quick: 0,
        booting: 1,
        awake: 2,
        asleep: 0,
        waking: 0,
        lost: 0,
        closing: 0,
        closed: 0,
        forgotten: 4,
      },
      claimed: 2,
      unclaimed: 1,
    },
    steps: [
      { step: 'neon', group: 'boot', took: TOOK, running: 1, skipped: 0, failures: { upstream_down: 2 } },
      { step: 'wake', group: 'life', took: { count: 0 }, running: 0, skipped: 0, failures: {} },
    ],
    boot: { fromPlan: TOOK, fromClaim: { count: 0 } },
    claims: { pool: 3, cold: 1, recent: { pool: 3, cold: 1 } },
    providers: [
      {
        service: 'neon',
        failures: 2,
        byCode: { upstream_down: 2 },
        lastAt: AT,
        lastError: { code: 'upstream_down', message: 'No answer.', retryable: true },
        lastOkAt: AT,
      },
      { service: 'sandbox', failures: 0, byCode: {} },
    ],
    parked: [
      {
        sessionId: 'stuck',
        slug: 'abcdefghijkl',
        step: 'neon',
        attempt: 5,
        error: { code: 'upstream_down', message: 'No answer.', retryable: true },
        since: AT,
        retry: { by: 'operator', command: 'ServiceRetryRequested' },
      },
    ],
    parkedTotal: 1,
    turns: { queued: 0, running: 1, finished: 7, failed: 1, cancelled: 0, took: TOOK },
    sandboxes: { slept: 2, woken: 1, lost: 0 },
  },
  orphans: { sweptAt: AT, orphans: 1, stuck: 0, missing: 0 },
  process: {
    startedAt: AT,
    sampledAt: AT,
    node: '24.0.0',
    rssBytes: 120_000_000,
    heapUsedBytes: 60_000_000,
    eventLoopDelayMs: { p50: 0, p99: 4, max: 11 },
    store: { state: 'up', events: 1_234, appends: { done: 99, failed: 0, took: TOOK } },
  },
};
