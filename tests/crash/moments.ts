import type { SessionEvent } from '../../domain/session/events.ts';
import type { StepName } from '../../domain/steps.ts';

/** A moment of a boot: so many milliseconds after the log first holds an event. */
export type Moment = {
  readonly name: string;
  readonly isIt: (event: SessionEvent) => boolean;
  readonly laterMs?: number;
};

const recorded = (type: SessionEvent['type']): Moment => ({
  name: `once ${type} is recorded`,
  isIt: (event) => event.type === type,
});

/** The intent is in the log, its effect under way, its outcome not. */
const during = (step: StepName, laterMs: number): Moment => ({
  name: `${laterMs} ms into ${step}`,
  isIt: (event) => event.type === 'StepStarted' && event.data.step === step,
  laterMs,
});

/** Spread over all legs of a cold boot, before, in the middle of and after what they do outside. */
export const MOMENTS: readonly Moment[] = [
  recorded('SessionPlanned'),
  during('vm_boot', 0),
  during('neon', 60),
  recorded('PosthogTagged'),
  recorded('GithubProvisioned'),
  recorded('NeonProvisioned'),
  recorded('SandboxBooted'),
  during('git_setup', 20),
  recorded('AgentInitialized'),
  during('env_write', 0),
];
