import type { Instant } from './envelope.ts';
import { SERVICES, type ServiceName } from './services.ts';

/** Boot steps in the product's own names; the four service legs are what `service_provisioning` consists of. */
export const BOOT_STEPS = [
  'vm_boot',
  'acp_init',
  'acp_session',
  'model_setup',
  'residential_ip',
  'git_setup',
  ...SERVICES,
  'env_write',
] as const;
export type BootStep = (typeof BOOT_STEPS)[number];

/** Steps whose result lives inside the sandbox and is gone with it; the service legs are not among them. */
export const SANDBOX_STEPS = [
  'vm_boot',
  'acp_init',
  'acp_session',
  'model_setup',
  'residential_ip',
  'git_setup',
  'env_write',
] as const satisfies readonly BootStep[];

/** Work a session may need after its boot; every one is an intent event first, like a boot step. */
export const LIFE_STEPS = [
  'wake',
  'push',
  'file_save',
  'checkpoint',
  'history_move',
  'fork_data',
  'fork_code',
  'sleep',
] as const;
export const RELEASE_STEPS = [
  'release_sandbox',
  'release_posthog',
  'release_neon',
  'release_resend',
  'release_github',
  'forget',
] as const;
export type ReleaseStep = (typeof RELEASE_STEPS)[number];
export type StepName = BootStep | (typeof LIFE_STEPS)[number] | ReleaseStep;

export const isService = (step: StepName): step is ServiceName =>
  (SERVICES as readonly string[]).includes(step);

export const isLife = (step: StepName): step is (typeof LIFE_STEPS)[number] =>
  (LIFE_STEPS as readonly string[]).includes(step);

export const isRelease = (step: StepName): step is ReleaseStep =>
  (RELEASE_STEPS as readonly string[]).includes(step);

/** What was given up on of these is over: to ask for it again is for the owner of the session alone. */
export const isOwners = (step: StepName): boolean =>
  step === 'history_move' || step === 'file_save' || isFork(step);

export const isFork = (step: StepName): step is 'fork_data' | 'fork_code' =>
  step === 'fork_data' || step === 'fork_code';

/** The service a step provisions or releases. */
export const serviceOf = (step: StepName): ServiceName | undefined =>
  SERVICES.find((service) => step === service || step === `release_${service}`);

/** The step that gives back what this one brings into being. */
export const releaseOf = (step: StepName): ReleaseStep | undefined => {
  if (isService(step)) return `release_${step}`;
  // Each makes copies of the database, which go with it.
  if (step === 'checkpoint' || step === 'history_move' || step === 'fork_data') return 'release_neon';
  return step === 'vm_boot' || step === 'wake' ? 'release_sandbox' : undefined;
};

/** `code` is stable and snake_case, `message` is for a person; neither ever holds a secret. */
export type StepError = { readonly code: string; readonly message: string; readonly retryable: boolean };

export type StepState =
  | { readonly status: 'waiting' }
  | {
      readonly status: 'running';
      readonly attemptId: string;
      readonly attempt: number;
      readonly deadline: Instant;
      /** The server process that runs it. */
      readonly runner: string;
      readonly startedAt: Instant;
      /** Nobody has begun it for this session before. */
      readonly isFirst?: true;
    }
  | {
      readonly status: 'done';
      readonly startedAt?: Instant;
      readonly endedAt: Instant;
      readonly attempt: number;
    }
  /** Failed; the next attempt is due at `retryAt`. */
  | {
      readonly status: 'failed';
      readonly attempt: number;
      readonly error: StepError;
      readonly retryAt: Instant;
    }
  /** Given up on until somebody asks for a retry. */
  | { readonly status: 'parked'; readonly attempt: number; readonly error: StepError; readonly at: Instant }
  | { readonly status: 'skipped'; readonly reason: string };

/** Two calls a second are what the smallest plan allows, and a listing has a page for every hundred sessions. */
const RESEND_LIMIT_MS = 60_000;

/** Milliseconds one attempt of a step may take; limits as published by the product, but for Resend's. */
export const STEP_LIMIT_MS: Readonly<Record<StepName, number>> = {
  vm_boot: 30_000,
  acp_init: 30_000,
  acp_session: 30_000,
  model_setup: 30_000,
  residential_ip: 10_000,
  git_setup: 30_000,
  posthog: 15_000,
  neon: 30_000,
  resend: RESEND_LIMIT_MS,
  github: 15_000,
  env_write: 10_000,
  wake: 60_000,
  push: 60_000,
  file_save: 30_000,
  checkpoint: 20_000,
  history_move: 30_000,
  fork_data: 60_000,
  fork_code: 60_000,
  sleep: 30_000,
  release_sandbox: 30_000,
  release_posthog: 15_000,
  release_neon: 30_000,
  release_resend: RESEND_LIMIT_MS,
  release_github: 15_000,
  forget: 10_000,
};

/** Attempts before a step is parked. */
export const MAX_ATTEMPTS = 5;

/** A leg that failed this often no longer holds back the env file: the session becomes ready without it. */
export const ATTEMPTS_BEFORE_READY_WITHOUT = 2;

/** A release is never given up on: one that has failed this often is asked for every few minutes only. */
const ATTEMPTS_UNTIL_RARE = 10;
const RARELY_MS = 5 * 60_000;

/**
 * Delay before the next attempt: exponential from 500 ms to 30 s, with jitter given as a number in [0, 1), and never
 * sooner than the provider asked for.
 */
export const retryDelayMs = (attempt: number, jitter: number, retryAfterMs = 0): number => {
  const exponential = Math.min(attempt > ATTEMPTS_UNTIL_RARE ? RARELY_MS : 30_000, 500 * 2 ** (attempt - 1));
  return Math.max(retryAfterMs, Math.round(exponential * (0.5 + jitter / 2)));
};
