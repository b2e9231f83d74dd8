import { type BootStep, isService } from '../../../../domain/steps.ts';
import type { ChecklistStep, SessionView } from '../../../../projections/views.ts';

export const STEP_NAMES: Readonly<Record<BootStep, string>> = {
  vm_boot: 'Sandbox',
  acp_init: 'Agent',
  acp_session: 'Agent session',
  model_setup: 'Model',
  residential_ip: 'Residential address',
  git_setup: 'Version history',
  posthog: 'Analytics',
  neon: 'Postgres',
  resend: 'Mail',
  github: 'Repository',
  env_write: 'Credentials file',
};

/** What is going on while the step runs, as the beginning of a sentence. */
export const STEP_DOING: Readonly<Record<BootStep, string>> = {
  vm_boot: 'Starting the sandbox',
  acp_init: 'Starting the agent',
  acp_session: 'Opening the agent’s session',
  model_setup: 'Choosing the model',
  residential_ip: 'Assigning the residential address',
  git_setup: 'Setting up version history',
  posthog: 'Preparing analytics',
  neon: 'Creating your Postgres database',
  resend: 'Preparing mail',
  github: 'Creating your repository',
  env_write: 'Writing the credentials file',
};

export type Bar = {
  readonly step: ChecklistStep;
  /** Fractions of the boot's whole duration, from 0 to 1; absent while a step waits, or ran after the boot. */
  readonly from?: number;
  readonly width?: number;
  readonly ms?: number;
};
export type Waterfall = { readonly totalMs: number; readonly bars: readonly Bar[] };

const between = (value: number): number => Math.min(1, Math.max(0, value));

/** Where each step's bar begins and how long it is, on one time axis, so that parallel legs are seen as such. */
export const waterfall = (view: SessionView, now: number): Waterfall => {
  const origin = Date.parse(view.plannedAt);
  const end = view.readyAt === undefined ? now : Date.parse(view.readyAt);
  const totalMs = Math.max(1, end - origin);
  const bars = view.checklist
    .filter(({ status }) => status !== 'skipped')
    .map((step): Bar => {
      if (step.startedAt === undefined) return { step };
      const started = Date.parse(step.startedAt);
      const ended = step.endedAt === undefined ? now : Date.parse(step.endedAt);
      const ms = Math.max(0, ended - started);
      if (started > end) return { step, ms };
      const from = between((started - origin) / totalMs);
      return { step, ms, from, width: between((ended - origin) / totalMs) - from };
    });
  return { totalMs, bars };
};

/** The step a person would name when asked what is going on. */
export const currentStep = (view: SessionView): ChecklistStep | undefined =>
  view.checklist.find(({ status }) => status === 'running') ??
  view.checklist.find(({ status }) => status === 'failed' || status === 'parked') ??
  view.checklist.find(({ status }) => status === 'waiting');

/** Why the sandbox does not come up, and what can be done; a service that is missing has a notice of its own. */
export const troubleOf = (view: SessionView): string | undefined =>
  view.checklist.find(
    ({ step, status, error }) =>
      !isService(step) && error !== undefined && (status === 'failed' || status === 'parked'),
  )?.error?.message;
