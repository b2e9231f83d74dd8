import type { JanitorEvent } from '../../domain/janitor/events.ts';
import type { PoolEvent } from '../../domain/pool/events.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import type { StepName } from '../../domain/steps.ts';

/** What is recorded as the history of a release: between them these hold every type of event there is. */

const RUNNER = 'runner-7f3a';
const sha = (letter: string): string => letter.repeat(40);
const OUTAGE = {
  code: 'upstream_timeout',
  message: 'The provider did not answer within 20 s.',
  retryable: true,
};
const REFUSED = { code: 'not_allowed', message: 'The provider refused the key.', retryable: false };

const started = (step: StepName, attempt = 1): SessionEvent => ({
  type: 'StepStarted',
  data: {
    step,
    attemptId: `${step}#${attempt}`,
    attempt,
    deadline: '2026-01-05T09:30:00.000Z',
    runner: RUNNER,
  },
});

const planned = (sessionId: string, purpose: 'pool' | 'visitor'): SessionEvent => ({
  type: 'SessionPlanned',
  data: {
    sessionId,
    slug: sessionId.slice(0, 12),
    specHash: '5d41402abc4b2a76',
    purpose,
    residentialIp: purpose === 'visitor',
    model: 'haiku',
  },
});

const booted = (sessionId: string): readonly SessionEvent[] => [
  started('vm_boot'),
  started('posthog'),
  started('neon'),
  started('resend'),
  started('github'),
  {
    type: 'SandboxBooted',
    data: {
      attemptId: 'vm_boot#1',
      sandbox: `mk0r-${sessionId.slice(0, 12)}`,
      host: 'local',
      isolation: 'bwrap+uid+cgroup',
      runner: RUNNER,
    },
  },
  started('acp_init'),
  started('git_setup'),
  {
    type: 'PosthogTagged',
    data: {
      attemptId: 'posthog#1',
      provider: 'embedded',
      resourceId: 'app-1041',
      names: ['VITE_POSTHOG_KEY', 'VITE_POSTHOG_APP_ID'],
      facts: { host: 'http://localhost:3000/ingest' },
    },
  },
  {
    type: 'AgentInitialized',
    data: { attemptId: 'acp_init#1', agent: { name: 'mk0r-offline-agent', version: '0.1.0' } },
  },
  started('acp_session'),
  { type: 'AgentSessionOpened', data: { attemptId: 'acp_session#1', agentSessionId: 'agent-session-3' } },
  started('model_setup'),
  { type: 'ModelSelected', data: { attemptId: 'model_setup#1', model: 'haiku' } },
  { type: 'RepoInitialized', data: { attemptId: 'git_setup#1', sha: sha('a'), branch: 'main' } },
  {
    type: 'StepFailed',
    data: {
      step: 'neon',
      attemptId: 'neon#1',
      attempt: 1,
      error: OUTAGE,
      retryAt: '2026-01-05T09:00:31.000Z',
    },
  },
  started('neon', 2),
  {
    type: 'NeonProvisioned',
    data: {
      attemptId: 'neon#2',
      provider: 'embedded',
      resourceId: `db_${sessionId.slice(0, 12)}`,
      names: ['DATABASE_URL'],
      facts: { database: `db_${sessionId.slice(0, 12)}`, version: '17' },
    },
  },
  {
    type: 'GithubProvisioned',
    data: {
      attemptId: 'github#1',
      provider: 'embedded',
      resourceId: `mk0r-${sessionId.slice(0, 12)}`,
      names: ['GITHUB_REPO_URL'],
      facts: { url: `http://localhost:3000/git/mk0r-${sessionId.slice(0, 12)}.git` },
    },
  },
  { type: 'StepFailed', data: { step: 'resend', attemptId: 'resend#1', attempt: 1, error: REFUSED } },
  { type: 'StepParked', data: { step: 'resend', attempt: 1, error: REFUSED } },
  started('env_write'),
  {
    type: 'EnvWritten',
    data: {
      attemptId: 'env_write#1',
      version: 1,
      names: ['VITE_POSTHOG_KEY', 'VITE_POSTHOG_APP_ID', 'DATABASE_URL', 'GITHUB_REPO_URL'],
      digest: '9f86d081884c7d65',
      services: ['posthog', 'neon', 'github'],
    },
  },
  { type: 'SessionReady', data: { missing: ['resend'] } },
];

const turn = (number: number, prompt: string, commit: string, parent: string): readonly SessionEvent[] => {
  const [turnId, attemptId] = [`turn-${number}`, `turn-${number}#1`];
  const [at, toolCallId] = [{ turnId, attemptId }, `call-${number}`];
  return [
    { type: 'TurnSubmitted', data: { turnId, prompt } },
    {
      type: 'TurnStarted',
      data: { ...at, attempt: 1, deadline: '2026-01-05T10:00:00.000Z', runner: RUNNER },
    },
    { type: 'AgentSaid', data: { ...at, kind: 'thought', text: `They ask: ${prompt}` } },
    { type: 'AgentSaid', data: { ...at, kind: 'message', text: 'I will add a table and a page for it.' } },
    {
      type: 'ToolCalled',
      data: { ...at, toolCallId, kind: 'edit', title: 'Write the habits page', path: '/app/src/habits.tsx' },
    },
    {
      type: 'ToolReturned',
      data: {
        ...at,
        toolCallId,
        status: 'completed',
        output: 'Wrote 41 lines.',
        diff: {
          path: '/app/src/habits.tsx',
          added: 41,
          removed: 0,
          patch: '+export const Habits = () => null;',
        },
      },
    },
    { type: 'UsageRecorded', data: { turnId, model: 'haiku', inputTokens: 8_200, outputTokens: 940 } },
    {
      type: 'TurnCommitted',
      data: {
        ...at,
        sha: commit,
        parent,
        title: `Do as asked: ${prompt}`,
        changed: [
          { path: 'src/habits.tsx', status: 'added' },
          { path: 'src/app.tsx', status: 'modified' },
          { path: 'src/hello.tsx', status: 'deleted' },
        ],
      },
    },
    { type: 'TurnFinished', data: { ...at, stopReason: 'end_turn' } },
    started('push', number),
    { type: 'CommitPushed', data: { attemptId: `push#${number}`, sha: commit } },
  ];
};

const released = (service: 'sandbox' | 'posthog' | 'neon' | 'github'): readonly SessionEvent[] => [
  started(`release_${service}`),
  { type: 'ResourceReleased', data: { attemptId: `release_${service}#1`, service } },
];

const FULL = 'goldfullsessionone01';
const FORGOTTEN = 'goldforgottenone0001';

/** A visitor's session from plan to close, with everything that can go well or badly in between. */
const full: readonly SessionEvent[] = [
  planned(FULL, 'visitor'),
  { type: 'SandboxClaimed', data: { source: 'cold', owner: 'uid-ada', keyDigest: 'c1'.repeat(32) } },
  { type: 'OwnerAdded', data: { owner: 'uid-ada-with-an-account' } },
  started('residential_ip'),
  { type: 'ResidentialIpAssigned', data: { attemptId: 'residential_ip#1' } },
  ...booted(FULL),
  ...turn(1, 'Build me a habit tracker. The streaks should survive a page refresh.', sha('b'), sha('a')),
  ...turn(2, 'Wähle ruhigere Farben 🌿, bitte.', sha('c'), sha('b')),
  { type: 'ServiceRetryRequested', data: { service: 'resend' } },
  started('resend', 2),
  {
    type: 'ResendProvisioned',
    data: {
      attemptId: 'resend#2',
      provider: 'embedded',
      resourceId: 'audience-77',
      names: ['RESEND_API_KEY', 'RESEND_AUDIENCE_ID'],
      facts: { from: 'habits@localhost' },
    },
  },
  { type: 'HistoryMoveRequested', data: { moveId: 'move-1', from: sha('c'), to: sha('b'), kind: 'undo' } },
  started('history_move'),
  {
    type: 'HistoryMoved',
    data: { attemptId: 'history_move#1', from: sha('c'), to: sha('b'), kind: 'undo', data: 'kept' },
  },
  { type: 'TurnSubmitted', data: { turnId: 'turn-3', prompt: 'Mail me my streak every Monday.' } },
  {
    type: 'TurnStarted',
    data: {
      turnId: 'turn-3',
      attemptId: 'turn-3#1',
      attempt: 1,
      deadline: '2026-01-05T11:00:00.000Z',
      runner: RUNNER,
    },
  },
  { type: 'TurnFailed', data: { turnId: 'turn-3', error: OUTAGE } },
  { type: 'TurnSubmitted', data: { turnId: 'turn-4', prompt: 'Never mind.' } },
  { type: 'TurnCancelRequested', data: { turnId: 'turn-4' } },
  { type: 'TurnCancelled', data: { turnId: 'turn-4' } },
  started('sleep'),
  { type: 'SandboxSlept', data: { reason: 'nobody used it for 30 minutes' } },
  { type: 'WakeRequested', data: { reason: 'its preview was opened' } },
  started('wake'),
  {
    type: 'SandboxWoken',
    data: {
      attemptId: 'wake#1',
      agentSessionId: 'agent-session-4',
      envRestored: true,
      sha: sha('b'),
      runner: RUNNER,
    },
  },
  { type: 'ResourceMissing', data: { service: 'neon', error: { ...REFUSED, code: 'resource_missing' } } },
  { type: 'SandboxLost', data: { reason: 'its host is gone' } },
  { type: 'CloseRequested', data: { reason: 'deleted by its owner' } },
  ...released('posthog'),
  ...released('github'),
  started('release_neon'),
  {
    type: 'StepFailed',
    data: { step: 'release_neon', attemptId: 'release_neon#1', attempt: 1, error: REFUSED },
  },
  { type: 'ReleaseRetryRequested', data: { reason: 'asked for by the operator' } },
  ...released('neon'),
  ...released('sandbox'),
  { type: 'SessionClosed', data: {} },
];

/** A pool entry that was claimed, used once and forgotten; another would have been discarded. */
const forgotten: readonly SessionEvent[] = [
  planned(FORGOTTEN, 'pool'),
  ...booted(FORGOTTEN),
  { type: 'StepSkipped', data: { step: 'resend', reason: 'no mail provider is configured' } },
  { type: 'SandboxClaimed', data: { source: 'pool', owner: 'uid-bob', keyDigest: 'd2'.repeat(32) } },
  ...turn(1, 'A diary for my divorce.', sha('e'), sha('a')),
  { type: 'CloseRequested', data: { reason: 'deleted by its owner' } },
  { type: 'SandboxDiscarded', data: { reason: 'its session was closed' } },
  { type: 'SessionClosed', data: {} },
  { type: 'SessionForgotten', data: {} },
];

const pool: readonly PoolEvent[] = [
  { type: 'PoolTargetSet', data: { target: 2 } },
  { type: 'PrewarmPlanned', data: { sessionId: FORGOTTEN } },
  { type: 'PrewarmPlanned', data: { sessionId: 'goldneverclaimed0001' } },
  { type: 'PrewarmSettled', data: { sessionId: FORGOTTEN, outcome: 'claimed' } },
  { type: 'PrewarmSettled', data: { sessionId: 'goldneverclaimed0001', outcome: 'discarded' } },
  { type: 'PoolDrained', data: { reason: 'a new template' } },
];

const orphan = { service: 'github', resourceId: 'mk0r-nobodysrepo1' } as const;
const janitor: readonly JanitorEvent[] = [
  {
    type: 'OrphanFound',
    data: {
      ...orphan,
      provider: 'embedded',
      name: 'mk0r-nobodysrepo1',
      slug: 'nobodysrepo1',
      why: 'no_session',
    },
  },
  { type: 'OrphanReleaseFailed', data: { ...orphan, error: OUTAGE } },
  { type: 'OrphanReleased', data: orphan },
  { type: 'OrphanSettled', data: { ...orphan, service: 'neon' } },
];

type Chapter = {
  readonly stream: string;
  readonly facts: readonly { readonly type: string; readonly data: unknown }[];
  /** The session whose words it holds, and whether its key is gone. */
  readonly session?: { readonly id: string; readonly isForgotten: boolean };
};

export const STORY: Readonly<Record<string, Chapter>> = {
  'session-full': { stream: `session-${FULL}`, facts: full, session: { id: FULL, isForgotten: false } },
  'session-forgotten': {
    stream: `session-${FORGOTTEN}`,
    facts: forgotten,
    session: { id: FORGOTTEN, isForgotten: true },
  },
  pool: { stream: 'pool-5d41402abc4b2a76', facts: pool },
  janitor: { stream: 'janitor', facts: janitor },
};
