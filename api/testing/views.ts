import { SERVICES } from '../../domain/services.ts';
import { BOOT_STEPS } from '../../domain/steps.ts';
import type { ProjectionStatus } from '../../projections/status.ts';
import type { PoolView, SessionView, TranscriptView } from '../../projections/views.ts';

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
  },
  runningTurn: 'turn-2',
  queuedTurns: 0,
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
      usage: { model: 'haiku', inputTokens: 10, outputTokens: 20 },
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
