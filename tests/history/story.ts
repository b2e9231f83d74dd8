import type { JanitorEvent } from '../../domain/janitor/events.ts';
import type { PoolEvent } from '../../domain/pool/events.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import { QUICK_ROOT } from '../../domain/session/history.ts';
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

const released = (service: 'sandbox' | 'posthog' | 'neon' | 'github'): readonly SessionEvent[] => [
  started(`release_${service}`),
  { type: 'ResourceReleased', data: { attemptId: `release_${service}#1`, service } },
];

const FULL = 'goldfullsessionone01';
const BY_HAND = 'goldbyhand0000000001';
const QUICK = 'quickquickquickquick';
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
  { type: 'ModelRequested', data: { model: 'sonnet' } },
  { type: 'ModelChanged', data: { turnId: 'turn-2', attemptId: 'turn-2#1', model: 'sonnet' } },
  {
    type: 'BudgetExhausted',
    data: { scope: 'session', turnId: 'turn-2', budgetMicros: 2_000_000, spentMicros: 1_990_000 },
  },
  { type: 'BudgetSet', data: { budgetMicros: 5_000_000 } },
  {
    type: 'AppErrorSeen',
    data: {
      fingerprint: 'b5'.repeat(16),
      source: 'server',
      sha: sha('c'),
      message: 'GET /api/habits answered 500: column "farbe" does not exist',
      detail: 'error: column "farbe" does not exist\n    at Parser.parseErrorMessage',
    },
  },
  { type: 'TurnSubmitted', data: { turnId: 'turn-fix', prompt: 'Fix it.', fixes: 'b5'.repeat(16) } },
  { type: 'TurnCancelled', data: { turnId: 'turn-fix' } },
  { type: 'LinkIssued', data: { linkDigest: 'e3'.repeat(32), expiresAt: '2026-01-05T12:00:00.000Z' } },
  {
    type: 'OwnerAdded',
    data: { owner: 'uid-ada-on-the-phone', keyDigest: 'f4'.repeat(32), linkDigest: 'e3'.repeat(32) },
  },
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
  {
    type: 'MailVerificationRequested',
    data: {
      verificationId: 'verify-1',
      address: 'ada@example.com',
      addressDigest: 'a7'.repeat(32),
      codeDigest: 'b8'.repeat(32),
      expiresAt: '2026-01-05T09:45:00.000Z',
    },
  },
  { type: 'MailVerificationFailed', data: { verificationId: 'verify-1' } },
  {
    type: 'MailAddressVerified',
    data: { verificationId: 'verify-1', addressDigest: 'a7'.repeat(32) },
  },
  {
    type: 'MailRequested',
    data: {
      sendId: 'send-1',
      mails: 1,
      recipients: 2,
      digest: 'c9'.repeat(32),
      to: ['bea@example.com', 'cem@example.com'],
      subjects: ['Welcome aboard'],
    },
  },
  { type: 'MailSent', data: { sendId: 'send-1', ids: ['4ef9a417-02e9-4d39-ad75-9611e0fcc33c'] } },
  {
    type: 'MailRequested',
    data: {
      sendId: 'send-2',
      mails: 1,
      recipients: 1,
      digest: 'd1'.repeat(32),
      to: ['bea@example.com'],
      subjects: ['Again'],
    },
  },
  { type: 'MailRefused', data: { sendId: 'send-2', error: OUTAGE } },
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

/** What its owner does by hand: code, variables, a row, a service given back. */
const byHand: readonly SessionEvent[] = [
  planned(BY_HAND, 'visitor'),
  { type: 'SandboxClaimed', data: { source: 'cold', owner: 'uid-cleo', keyDigest: 'e3'.repeat(32) } },
  ...booted(BY_HAND),
  ...turn(1, 'A list of my books.', sha('b'), sha('a')),
  {
    type: 'FileSaveRequested',
    data: { saveId: 'save-1', path: 'src/App.tsx', base: sha('9'), from: sha('b'), bytes: 812 },
  },
  started('file_save'),
  {
    type: 'FileSaved',
    data: {
      attemptId: 'file_save#1',
      saveId: 'save-1',
      sha: sha('c'),
      parent: sha('b'),
      title: 'Edit src/App.tsx',
      changed: [{ path: 'src/App.tsx', status: 'modified' }],
    },
  },
  {
    type: 'FileSaveRequested',
    data: { saveId: 'save-2', path: 'src/books.ts', base: null, from: sha('c'), bytes: 0 },
  },
  started('file_save', 2),
  {
    type: 'FileSaveRefused',
    data: { attemptId: 'file_save#2', saveId: 'save-2', error: { ...REFUSED, code: 'file_changed' } },
  },
  { type: 'VariableRevealed', data: { name: 'DATABASE_URL' } },
  { type: 'VariableReplaced', data: { name: 'RESEND_API_KEY', replaceId: 'replace-1', by: 'own' } },
  started('env_write', 2),
  {
    type: 'EnvWritten',
    data: {
      attemptId: 'env_write#2',
      version: 2,
      names: ['DATABASE_URL', 'RESEND_API_KEY'],
      digest: 'd1'.repeat(32),
      services: ['posthog', 'neon', 'github'],
      own: { RESEND_API_KEY: 'replace-1' },
    },
  },
  { type: 'VariableReplaced', data: { name: 'RESEND_API_KEY', replaceId: 'replace-2', by: 'service' } },
  { type: 'DataChangeRequested', data: { via: 'update', table: 'books' } },
  { type: 'DataChangeRequested', data: { via: 'sql', statement: 'UPDATE books SET read = true' } },
  { type: 'ServiceReleaseRequested', data: { service: 'github' } },
  ...released('github'),
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

/** A session whose data is kept at each turn, given up for newer, and restored with a move. */
const DATA = 'd47ad47ad47ad47ad47a';
const kept = (
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
const data: readonly SessionEvent[] = [
  planned(DATA, 'visitor'),
  ...booted(DATA),
  { type: 'SessionReady', data: { missing: [] } },
  started('checkpoint'),
  kept('empty', 'a', { reason: 'start', bytes: 0, tables: [] }),
  { type: 'TurnSubmitted', data: { turnId: 'turn-1', prompt: 'A habit tracker, please.' } },
  {
    type: 'TurnStarted',
    data: {
      turnId: 'turn-1',
      attemptId: 't#1',
      attempt: 1,
      deadline: '2026-01-05T10:00:00.000Z',
      runner: RUNNER,
    },
  },
  {
    type: 'TurnCommitted',
    data: {
      turnId: 'turn-1',
      attemptId: 't#1',
      sha: sha('b'),
      parent: sha('a'),
      title: 'A habit tracker, please.',
      changed: [{ path: 'src/habits.tsx', status: 'added' }],
    },
  },
  { type: 'TurnFinished', data: { turnId: 'turn-1', attemptId: 't#1', stopReason: 'end_turn' } },
  started('checkpoint'),
  kept('turn-turn-1', 'b', {}),
  {
    type: 'HistoryMoveRequested',
    data: { moveId: 'move-1', from: sha('b'), to: sha('a'), kind: 'undo', restore: 'empty' },
  },
  started('history_move'),
  kept('move-1', 'b', { attemptId: 'history_move#1', reason: 'move', dropped: ['turn-turn-1'] }),
  {
    type: 'HistoryMoved',
    data: {
      attemptId: 'history_move#1',
      from: sha('b'),
      to: sha('a'),
      kind: 'undo',
      data: 'restored',
      checkpointId: 'empty',
    },
  },
];

/** A turn whose server was stopped, and then another one killed, in the middle of it. */
const TAKEN_OVER = 'a2c4a2c4a2c4a2c4a2c4';
const over = { turnId: 'turn-1', deadline: '2026-01-05T10:00:00.000Z', leaseMs: 45_000 };
const takenOver: readonly SessionEvent[] = [
  planned(TAKEN_OVER, 'visitor'),
  ...booted(TAKEN_OVER),
  { type: 'SessionReady', data: { missing: [] } },
  { type: 'TurnSubmitted', data: { turnId: 'turn-1', prompt: 'A reading list, please.' } },
  { type: 'TurnStarted', data: { ...over, attemptId: 't#1', attempt: 1, runner: RUNNER } },
  { type: 'TurnLeaseRenewed', data: { turnId: 'turn-1', attemptId: 't#1', leaseMs: 45_000 } },
  { type: 'TurnLeaseRenewed', data: { turnId: 'turn-1', attemptId: 't#1', leaseMs: 0 } },
  {
    type: 'TurnStarted',
    data: {
      ...{ ...over, attemptId: 't#2', attempt: 2, runner: 'runner-8a01' },
      ...{ resumes: 'answer', promptId: 't#1' },
    },
  },
  { type: 'AgentSaid', data: { turnId: 'turn-1', attemptId: 't#2', kind: 'message', text: 'I begin.' } },
  {
    type: 'TurnStarted',
    data: {
      ...{ ...over, attemptId: 't#3', attempt: 3, runner: 'runner-9c77' },
      ...{ resumes: 'answer', promptId: 't#1' },
    },
  },
  { type: 'AgentSaid', data: { turnId: 'turn-1', attemptId: 't#3', kind: 'message', text: 'There it is.' } },
];

/** A quick page that could not become a full app at first, and then did. */
const quick: readonly SessionEvent[] = [
  {
    type: 'SessionPlanned',
    data: {
      sessionId: QUICK,
      slug: QUICK.slice(0, 12),
      specHash: '5d41402abc4b2a76',
      purpose: 'visitor',
      residentialIp: false,
      model: 'haiku',
      mode: 'quick',
    },
  },
  { type: 'SandboxClaimed', data: { source: 'cold', owner: 'uid-eve', keyDigest: 'a7'.repeat(32) } },
  ...turn(1, 'A list of my books.', sha('b'), QUICK_ROOT),
  {
    type: 'HistoryMoveRequested',
    data: { moveId: 'move-1', from: sha('b'), to: QUICK_ROOT, kind: 'undo' },
  },
  started('history_move'),
  {
    type: 'HistoryMoved',
    data: { attemptId: 'history_move#1', from: sha('b'), to: QUICK_ROOT, kind: 'undo', data: 'kept' },
  },
  ...turn(2, 'A list of my films.', sha('c'), QUICK_ROOT),
  { type: 'UpgradeRequested', data: { turnId: 'turn-3' } },
  { type: 'TurnSubmitted', data: { turnId: 'turn-3', prompt: 'Make it a full app.' } },
  started('vm_boot'),
  { type: 'StepParked', data: { step: 'vm_boot', attempt: 1, error: REFUSED } },
  { type: 'UpgradeFailed', data: { error: REFUSED } },
  { type: 'TurnFailed', data: { turnId: 'turn-3', error: { ...REFUSED, code: 'upgrade_failed' } } },
  { type: 'UpgradeRequested', data: {} },
  started('git_setup'),
  {
    type: 'RepoInitialized',
    data: { attemptId: 'git_setup#1', sha: sha('d'), branch: 'main', parent: sha('c') },
  },
  { type: 'SessionReady', data: { missing: [], sha: sha('d') } },
];

/** A session that was forked from another, whose data came over at the second attempt; and what is tried once more. */
const FORK = 'f04cf04cf04cf04cf04c';
const fork: readonly SessionEvent[] = [
  planned(FORK, 'pool'),
  ...booted(FORK),
  { type: 'SessionReady', data: { missing: [] } },
  { type: 'SandboxClaimed', data: { source: 'pool', owner: 'uid-dan', keyDigest: 'f4'.repeat(32) } },
  {
    type: 'SessionForked',
    data: {
      from: DATA,
      slug: 'd47ad47ad47a',
      commit: sha('b'),
      data: 'kept',
      checkpointId: 'turn-turn-1',
      title: 'A habit tracker, please.',
      version: 'Streaks for every habit',
    },
  },
  started('fork_data'),
  { type: 'StepParked', data: { step: 'fork_data', attempt: 1, error: REFUSED } },
  started('fork_code'),
  { type: 'CodeForked', data: { attemptId: 'fork_code#1', sha: sha('b') } },
  { type: 'ForkRetryRequested', data: {} },
  started('fork_data', 2),
  kept('empty', 'b', { attemptId: 'fork_data#2', reason: 'fork', bytes: 0, tables: [] }),
  {
    type: 'DataForked',
    data: {
      attemptId: 'fork_data#2',
      checkpointId: 'turn-turn-1',
      tables: [{ name: 'habits', rows: 2 }],
    },
  },
];

const PICTURES = '91c791c791c791c791c7';

/** A message with a picture; and a file of the app renamed, then deleted, by its owner. */
const pictures: readonly SessionEvent[] = [
  planned(PICTURES, 'visitor'),
  { type: 'SandboxClaimed', data: { source: 'cold', owner: 'uid-dora', keyDigest: 'f4'.repeat(32) } },
  ...booted(PICTURES),
  ...turn(1, 'A page for my bakery.', sha('b'), sha('a')),
  {
    type: 'TurnSubmitted',
    data: {
      turnId: 'turn-2',
      prompt: 'Use this as the logo.',
      attachments: [
        { id: '7a'.repeat(16), mediaType: 'image/png', bytes: 20_480, digest: '7a'.repeat(32) },
        { id: '3c'.repeat(16), mediaType: 'image/webp', bytes: 181_204, digest: '3c'.repeat(32) },
      ],
    },
  },
  { type: 'TurnCancelled', data: { turnId: 'turn-2' } },
  {
    type: 'FileSaveRequested',
    data: {
      ...{ saveId: 'save-1', path: 'src/old.ts', base: sha('9'), from: sha('b'), bytes: 0 },
      ...{ change: 'rename', to: 'src/bakery.ts' },
    },
  },
  started('file_save'),
  {
    type: 'FileSaved',
    data: {
      attemptId: 'file_save#1',
      saveId: 'save-1',
      sha: sha('c'),
      parent: sha('b'),
      title: 'Rename src/old.ts to src/bakery.ts',
      changed: [
        { path: 'src/bakery.ts', status: 'added' },
        { path: 'src/old.ts', status: 'deleted' },
      ],
    },
  },
  {
    type: 'FileSaveRequested',
    data: {
      ...{ saveId: 'save-2', path: 'src/bakery.ts', base: sha('9'), from: sha('c'), bytes: 0 },
      change: 'delete',
    },
  },
  started('file_save', 2),
  {
    type: 'FileSaveRefused',
    data: { attemptId: 'file_save#2', saveId: 'save-2', error: { ...REFUSED, code: 'file_changed' } },
  },
];

export const STORY: Readonly<Record<string, Chapter>> = {
  'session-full': { stream: `session-${FULL}`, facts: full, session: { id: FULL, isForgotten: false } },
  'session-by-hand': {
    stream: `session-${BY_HAND}`,
    facts: byHand,
    session: { id: BY_HAND, isForgotten: false },
  },
  'session-data': { stream: `session-${DATA}`, facts: data, session: { id: DATA, isForgotten: false } },
  'session-taken-over': {
    stream: `session-${TAKEN_OVER}`,
    facts: takenOver,
    session: { id: TAKEN_OVER, isForgotten: false },
  },
  'session-quick': { stream: `session-${QUICK}`, facts: quick, session: { id: QUICK, isForgotten: false } },
  'session-fork': { stream: `session-${FORK}`, facts: fork, session: { id: FORK, isForgotten: false } },
  'session-pictures': {
    stream: `session-${PICTURES}`,
    facts: pictures,
    session: { id: PICTURES, isForgotten: false },
  },
  'session-forgotten': {
    stream: `session-${FORGOTTEN}`,
    facts: forgotten,
    session: { id: FORGOTTEN, isForgotten: true },
  },
  pool: { stream: 'pool-5d41402abc4b2a76', facts: pool },
  janitor: { stream: 'janitor', facts: janitor },
};
