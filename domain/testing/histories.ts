import type { Instant } from '../envelope.ts';
import { SERVICES, type ServiceName } from '../services.ts';
import type { SessionEvent, SessionEventOf } from '../session/events.ts';
import type { BootStep, StepError, StepName } from '../steps.ts';

/** The moment every history here happens at, unless it says otherwise. */
export const T0: Instant = '2026-01-01T12:00:00.000Z';
export const later = (ms: number, than: Instant = T0): Instant =>
  new Date(Date.parse(than) + ms).toISOString();

export const RUNNER = 'runner-one';
export const OTHER_RUNNER = 'runner-two';
export const SPEC = 'spec-one';
export const ROOT = '0'.repeat(40);

/** A commit's name that can be told apart: `sha('b')` is forty times b. */
export const sha = (letter: string): string => letter.repeat(40);

export const OUTAGE: StepError = { code: 'upstream_down', message: 'No answer.', retryable: true };
export const REFUSED: StepError = { code: 'not_allowed', message: 'The key was refused.', retryable: false };

export const planned = (data: Partial<SessionEventOf<'SessionPlanned'>['data']> = {}): SessionEvent => ({
  type: 'SessionPlanned',
  data: {
    sessionId: 'abcdefghijklmnopqrst',
    slug: 'abcdefghijkl',
    specHash: SPEC,
    purpose: 'pool',
    residentialIp: false,
    model: 'haiku',
    ...data,
  },
});

export const claimed = (owner = 'ann', keyDigest = 'digest-of-ann'): SessionEvent => ({
  type: 'SandboxClaimed',
  data: { source: 'pool', owner, keyDigest },
});

/** The attempt of a step is named after it: `neon#2` is the second attempt of `neon`. */
export const attemptOf = (step: StepName, attempt = 1): string => `${step}#${attempt}`;

export const started = (
  step: StepName,
  { attempt = 1, runner = RUNNER, at = T0 }: { attempt?: number; runner?: string; at?: Instant } = {},
): SessionEvent => ({
  type: 'StepStarted',
  data: { step, attemptId: attemptOf(step, attempt), attempt, deadline: later(30_000, at), runner },
});

export const failed = (step: StepName, attempt = 1, retryAt: Instant = later(500)): SessionEvent => ({
  type: 'StepFailed',
  data: { step, attemptId: attemptOf(step, attempt), attempt, error: OUTAGE, retryAt },
});

export const parked = (step: StepName, attempt = 5): SessionEvent => ({
  type: 'StepParked',
  data: { step, attempt, error: OUTAGE },
});

export const skipped = (step: StepName): SessionEvent => ({
  type: 'StepSkipped',
  data: { step, reason: 'not configured' },
});

const provisioned = (step: ServiceName, attemptId: string) => ({
  attemptId,
  provider: 'embedded',
  resourceId: `${step}-1`,
  names: [`${step.toUpperCase()}_KEY`],
  facts: {},
});

/** What an attempt of a boot step has achieved when it succeeds. */
export const outcome = (
  step: BootStep,
  {
    attemptId = attemptOf(step),
    runner = RUNNER,
    version = 1,
    services = SERVICES as readonly ServiceName[],
  } = {},
): SessionEvent => {
  switch (step) {
    case 'vm_boot':
      return {
        type: 'SandboxBooted',
        data: { attemptId, sandbox: 'mk0r-abcdefghijkl', host: 'local', isolation: 'bwrap', runner },
      };
    case 'acp_init':
      return { type: 'AgentInitialized', data: { attemptId, agent: { name: 'offline', version: '1' } } };
    case 'acp_session':
      return { type: 'AgentSessionOpened', data: { attemptId, agentSessionId: 'agent-session' } };
    case 'model_setup':
      return { type: 'ModelSelected', data: { attemptId, model: 'haiku' } };
    case 'residential_ip':
      return { type: 'ResidentialIpAssigned', data: { attemptId } };
    case 'git_setup':
      return { type: 'RepoInitialized', data: { attemptId, sha: ROOT, branch: 'main' } };
    case 'posthog':
      return { type: 'PosthogTagged', data: provisioned(step, attemptId) };
    case 'neon':
      return { type: 'NeonProvisioned', data: provisioned(step, attemptId) };
    case 'resend':
      return { type: 'ResendProvisioned', data: provisioned(step, attemptId) };
    case 'github':
      return { type: 'GithubProvisioned', data: provisioned(step, attemptId) };
    case 'env_write':
      return { type: 'EnvWritten', data: { attemptId, version, names: ['A_KEY'], digest: 'd', services } };
  }
};

export const succeeded = (
  step: BootStep,
  options: Parameters<typeof outcome>[1] = {},
): readonly SessionEvent[] => [
  started(step, options.runner === undefined ? {} : { runner: options.runner }),
  outcome(step, options),
];

const SANDBOX_LEG = ['vm_boot', 'git_setup', 'acp_init', 'acp_session', 'model_setup'] as const;

export const sandboxUp = (): readonly SessionEvent[] => SANDBOX_LEG.flatMap((step) => succeeded(step));

export const servicesUp = (services: readonly ServiceName[] = SERVICES): readonly SessionEvent[] =>
  services.flatMap((service) => succeeded(service));

/** A session booted to the end: everything there, nothing missing. */
export const ready = (
  data: Partial<SessionEventOf<'SessionPlanned'>['data']> = {},
): readonly SessionEvent[] => [
  planned(data),
  ...servicesUp(),
  ...sandboxUp(),
  ...succeeded('env_write'),
  { type: 'SessionReady', data: { missing: [] } },
  ...checkpointed('start', ROOT, { reason: 'start' }),
];

/** Its sandbox is to be made anew, for that spec. */
export const renewalRequested = (
  data: Partial<SessionEventOf<'RenewalRequested'>['data']> = {},
): SessionEvent => ({
  type: 'RenewalRequested',
  data: { reason: 'too old', specHash: SPEC, model: 'haiku', ...data },
});

/** The data is kept as it is at that commit. */
export const checkpointed = (
  checkpointId: string,
  at: string,
  data: Partial<SessionEventOf<'CheckpointTaken'>['data']> = {},
): readonly SessionEvent[] => [
  {
    type: 'StepStarted',
    data: {
      step: 'checkpoint',
      attemptId: `checkpoint of ${checkpointId}`,
      attempt: 1,
      deadline: later(30_000),
      runner: RUNNER,
    },
  },
  checkpointTaken(checkpointId, at, data),
];

export const checkpointTaken = (
  checkpointId: string,
  at: string,
  data: Partial<SessionEventOf<'CheckpointTaken'>['data']> = {},
): SessionEvent => ({
  type: 'CheckpointTaken',
  data: {
    attemptId: `checkpoint of ${checkpointId}`,
    checkpointId,
    sha: at,
    reason: 'turn',
    bytes: 8_000_000,
    tables: [],
    dropped: [],
    ...data,
  },
});

/** Ready without one service, whose leg was given up on. */
export const readyWithout = (
  service: ServiceName,
  data: Parameters<typeof planned>[0] = {},
): readonly SessionEvent[] => {
  const rest = SERVICES.filter((name) => name !== service);
  return [
    planned(data),
    ...servicesUp(rest),
    started(service, { attempt: 5 }),
    parked(service),
    ...sandboxUp(),
    ...succeeded('env_write', { services: rest }),
    { type: 'SessionReady', data: { missing: [service] } },
  ];
};

export const submitted = (turnId = 'turn-1', prompt = 'Build me a habit tracker.'): SessionEvent => ({
  type: 'TurnSubmitted',
  data: { turnId, prompt },
});

export const turnStarted = (
  turnId = 'turn-1',
  {
    attempt = 1,
    runner = RUNNER,
    deadline = later(1_800_000),
    ...more
  }: { attempt?: number; runner?: string; deadline?: string; leaseMs?: number } = {},
): SessionEvent => ({
  type: 'TurnStarted',
  data: { turnId, attemptId: `${turnId}#${attempt}`, attempt, deadline, runner, ...more },
});

export const leaseRenewed = (leaseMs: number, turnId = 'turn-1', attempt = 1): SessionEvent => ({
  type: 'TurnLeaseRenewed',
  data: { turnId, attemptId: `${turnId}#${attempt}`, leaseMs },
});

export const said = (turnId = 'turn-1', attempt = 1): SessionEvent => ({
  type: 'AgentSaid',
  data: { turnId, attemptId: `${turnId}#${attempt}`, kind: 'message', text: 'There it is.' },
});

export const turnCommitted = (turnId: string, commit: string, parent: string): SessionEvent => ({
  type: 'TurnCommitted',
  data: { turnId, attemptId: `${turnId}#1`, sha: commit, parent, title: turnId, changed: [] },
});

export const turnVerified = (turnId = 'turn-1', { passed = true, attempt = 1 } = {}): SessionEvent => ({
  type: 'TurnVerified',
  data: {
    turnId,
    attemptId: `${turnId}#${attempt}`,
    passed,
    checks: [
      { kind: 'types', outcome: passed ? 'passed' : 'failed' },
      { kind: 'page', outcome: 'passed', how: 'browser' },
    ],
    details: [{ kind: 'types', detail: passed ? 'The types hold.' : 'app.tsx(1,1): error TS1005' }],
  },
});

export const correctionRequested = (correction = 1, turnId = 'turn-1', attempt = 1): SessionEvent => ({
  type: 'CorrectionRequested',
  data: { turnId, attemptId: `${turnId}#${attempt}`, correction, findings: '- types: app.tsx(1,1): error' },
});

export const turnFinished = (turnId = 'turn-1'): SessionEvent => ({
  type: 'TurnFinished',
  data: { turnId, attemptId: `${turnId}#1`, stopReason: 'end_turn' },
});

/** A whole turn that ended in a commit, with its data kept. */
export const turn = (turnId: string, commit: string, parent: string): readonly SessionEvent[] => [
  submitted(turnId),
  turnStarted(turnId),
  turnCommitted(turnId, commit, parent),
  turnVerified(turnId),
  turnFinished(turnId),
  ...checkpointed(`turn-${turnId}`, commit),
];

export const moved = (from: string, to: string, kind: 'undo' | 'redo' | 'jump'): readonly SessionEvent[] => [
  { type: 'HistoryMoveRequested', data: { moveId: `move-${kind}`, from, to, kind } },
  started('history_move'),
  { type: 'HistoryMoved', data: { attemptId: attemptOf('history_move'), from, to, kind, data: 'kept' } },
];

export const slept: SessionEvent = { type: 'SandboxSlept', data: { reason: 'the server was restarted' } };
export const closeRequested: SessionEvent = { type: 'CloseRequested', data: { reason: 'deleted' } };
export const closed: SessionEvent = { type: 'SessionClosed', data: {} };
export const appUsed: SessionEvent = { type: 'AppUsed', data: {} };
export const wakeRequested: SessionEvent = { type: 'WakeRequested', data: { reason: 'asked for' } };

export const released = (service: ServiceName | 'sandbox'): readonly SessionEvent[] => [
  started(`release_${service}`),
  { type: 'ResourceReleased', data: { attemptId: attemptOf(`release_${service}`), service } },
];

export const releasedAll = (): readonly SessionEvent[] =>
  (['sandbox', ...SERVICES] as const).flatMap((service) => released(service));
