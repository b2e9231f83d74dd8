import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '../../domain/services.ts';
import { SERVICE_ENV_NAMES } from '../../domain/services.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import type { BootStep } from '../../domain/steps.ts';
import type { SessionLog } from './session-log.ts';

const PM = 'process-manager:boot';
const started = (step: BootStep, attempt = 1): SessionEvent => ({
  type: 'StepStarted',
  data: {
    step,
    attemptId: `${step}-${attempt}`,
    attempt,
    deadline: new Date().toISOString(),
    runner: 'mock',
  },
});

const provisioned = {
  posthog: 'PosthogTagged',
  neon: 'NeonProvisioned',
  resend: 'ResendProvisioned',
  github: 'GithubProvisioned',
} as const satisfies Record<ServiceName, string>;

const outcome = (log: SessionLog, step: BootStep): SessionEvent => {
  const attemptId = `${step}-1`;
  const { view } = log.views();
  switch (step) {
    case 'vm_boot':
      return {
        type: 'SandboxBooted',
        data: {
          attemptId,
          sandbox: `mk0r-${log.slug}`,
          host: 'mock',
          isolation: 'bwrap+uid+cgroup',
          runner: 'mock',
        },
      };
    case 'acp_init':
      return { type: 'AgentInitialized', data: { attemptId, agent: { name: 'offline', version: '0.1.0' } } };
    case 'acp_session':
      return { type: 'AgentSessionOpened', data: { attemptId, agentSessionId: 'a1' } };
    case 'model_setup':
      return { type: 'ModelSelected', data: { attemptId, model: 'haiku' } };
    case 'git_setup':
      return {
        type: 'RepoInitialized',
        data: {
          attemptId,
          branch: 'main',
          ...(view.mode === undefined
            ? { sha: '0'.repeat(40) }
            : { sha: 'f'.repeat(40), parent: view.history.at }),
        },
      };
    case 'env_write':
    case 'residential_ip':
      return {
        type: 'EnvWritten',
        data: {
          attemptId,
          version: 1,
          names: Object.values(SERVICE_ENV_NAMES).flat(),
          digest: 'd',
          services: ['posthog', 'neon', 'resend', 'github'],
        },
      };
    default:
      return {
        type: provisioned[step],
        data: {
          attemptId,
          provider: 'embedded',
          resourceId: `mk0r-${log.slug}`,
          names: SERVICE_ENV_NAMES[step],
          facts:
            step === 'neon'
              ? { database: `mk0r_${log.slug}`, version: '17.10' }
              : { name: `mk0r-${log.slug}` },
        },
      };
  }
};

type Pace = (ms: number) => Promise<Date>;

/** Real time, so that a page can be watched while it boots. */
export const live: Pace = async (ms) => {
  await sleep(ms);
  return new Date();
};
/** A past in which the same happened `ago` milliseconds ago. */
export const past = (ago: number): Pace => {
  let at = Date.now() - ago;
  return async (ms) => {
    at += ms;
    return new Date(at);
  };
};

/** A session and its owner; a quick page needs no more. */
export const plan = async (log: SessionLog, pace: Pace, mode?: 'quick'): Promise<void> => {
  log.append(
    {
      type: 'SessionPlanned',
      data: {
        sessionId: log.id,
        slug: log.slug,
        specHash: 's',
        purpose: 'visitor',
        residentialIp: false,
        model: 'haiku',
        ...(mode === undefined ? {} : { mode }),
      },
    },
    await pace(0),
    PM,
  );
  log.append(
    { type: 'SandboxClaimed', data: { source: 'cold', owner: 'visitor', keyDigest: 'k' } },
    await pace(1),
    'visitor:u1',
  );
};

/** Plans a session and brings it up. */
export const boot = async (log: SessionLog, pace: Pace, slow = 1, broken?: ServiceName): Promise<void> => {
  await plan(log, pace);
  await bringUp(log, pace, slow, broken);
};

/** Its legs in parallel; `broken` is a service that gives up. `slow` multiplies every wait. */
export const bringUp = async (log: SessionLog, pace: Pace, slow = 1, broken?: ServiceName): Promise<void> => {
  const { mode } = log.views().view;
  for (const step of ['vm_boot', 'posthog', 'neon', 'resend', 'github'] as const) {
    log.append(started(step), await pace(2), PM);
  }
  log.append(outcome(log, 'posthog'), await pace(40 * slow), PM);
  log.append(outcome(log, 'github'), await pace(110 * slow), PM);
  if (broken === 'resend') {
    const error = {
      code: 'provider_down',
      message: 'The mail catcher does not answer on its port.',
      retryable: true,
    };
    log.append(
      { type: 'StepFailed', data: { step: 'resend', attemptId: 'resend-1', attempt: 5, error } },
      await pace(60),
      PM,
    );
    log.append({ type: 'StepParked', data: { step: 'resend', attempt: 5, error } }, await pace(1), PM);
  } else log.append(outcome(log, 'resend'), await pace(70 * slow), PM);
  log.append(outcome(log, 'vm_boot'), await pace(180 * slow), PM);
  for (const step of ['acp_init', 'acp_session', 'model_setup', 'git_setup'] as const) {
    log.append(started(step), await pace(3), PM);
    log.append(outcome(log, step), await pace(70 * slow), PM);
    if (step === 'acp_session') log.append(outcome(log, 'neon'), await pace(60 * slow), PM);
  }
  log.append(started('env_write'), await pace(2), PM);
  log.append(outcome(log, 'env_write'), await pace(25 * slow), PM);
  log.append(
    {
      type: 'SessionReady',
      data: {
        missing: broken === undefined ? [] : [broken],
        ...(mode === undefined ? {} : { sha: 'f'.repeat(40) }),
      },
    },
    await pace(2),
    PM,
  );
};
