import type { SessionEvent } from '../../../domain/session/events.ts';
import type { StepName } from '../../../domain/steps.ts';

/** What the chapters of the story are put together from. */

export const RUNNER = 'runner-7f3a';

export const sha = (letter: string): string => letter.repeat(40);

export const OUTAGE = {
  code: 'upstream_timeout',
  message: 'The provider did not answer within 20 s.',
  retryable: true,
};

export const REFUSED = { code: 'not_allowed', message: 'The provider refused the key.', retryable: false };

export const started = (step: StepName, attempt = 1): SessionEvent => ({
  type: 'StepStarted',
  data: {
    step,
    attemptId: `${step}#${attempt}`,
    attempt,
    deadline: '2026-01-05T09:30:00.000Z',
    runner: RUNNER,
  },
});

export const planned = (sessionId: string, purpose: 'pool' | 'visitor'): SessionEvent => ({
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

export const booted = (sessionId: string): readonly SessionEvent[] => [
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
  {
    type: 'AgentSessionOpened',
    data: {
      attemptId: 'acp_session#1',
      agentSessionId: 'agent-session-3',
      models: [{ id: 'haiku', name: 'Haiku' }],
    },
  },
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

export const turn = (
  number: number,
  prompt: string,
  commit: string,
  parent: string,
): readonly SessionEvent[] => {
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
    {
      type: 'ModelCallStarted',
      data: {
        callId: `model-${number}`,
        turnId,
        model: 'claude-haiku-5-5',
        reservedMicros: 41_000,
        budgetMicros: 2_000_000,
        deadline: '2026-01-05T10:00:00.000Z',
        runner: RUNNER,
      },
    },
    {
      type: 'UsageRecorded',
      data: {
        callId: `model-${number}`,
        turnId,
        model: 'claude-haiku-5-5',
        inputTokens: 1_200,
        outputTokens: 940,
        cacheReadTokens: 7_000,
        cacheWriteTokens: 400,
        source: 'relay',
        costMicros: 710,
        outcome: 'complete',
      },
    },
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
    {
      type: 'TurnVerified',
      data: {
        ...at,
        passed: false,
        checks: [
          { kind: 'commit', outcome: 'passed' },
          { kind: 'types', outcome: 'failed' },
          { kind: 'page', outcome: 'passed', how: 'browser' },
        ],
        details: [{ kind: 'types', detail: "src/habits.tsx(3,7): error TS2304: Cannot find name 'Habit'." }],
      },
    },
    {
      type: 'CorrectionRequested',
      data: { ...at, correction: 1, findings: "- types: src/habits.tsx(3,7): Cannot find name 'Habit'." },
    },
    {
      type: 'TurnVerified',
      data: {
        ...at,
        passed: true,
        checks: [
          { kind: 'commit', outcome: 'passed' },
          { kind: 'types', outcome: 'passed' },
          { kind: 'page', outcome: 'passed', how: 'browser' },
        ],
        details: [{ kind: 'page', detail: 'Opened in a browser without an error.' }],
      },
    },
    { type: 'TurnFinished', data: { ...at, stopReason: 'end_turn' } },
    started('push', number),
    { type: 'CommitPushed', data: { attemptId: `push#${number}`, sha: commit } },
  ];
};

export const released = (service: 'sandbox' | 'posthog' | 'neon' | 'github'): readonly SessionEvent[] => [
  started(`release_${service}`),
  { type: 'ResourceReleased', data: { attemptId: `release_${service}#1`, service } },
];

export const kept = (
  checkpointId: string,
  letter: string,
  data: Partial<Extract<SessionEvent, { type: 'CheckpointTaken' }>['data']>,
): SessionEvent => ({
  type: 'CheckpointTaken',
  data: {
    attemptId: 'checkpoint#1',
    checkpointId,
    sha: sha(letter),
    reason: 'turn',
    bytes: 7_504_399,
    tables: [{ name: 'habits', rows: 2 }],
    dropped: [],
    ...data,
  },
});
