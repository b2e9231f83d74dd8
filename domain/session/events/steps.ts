import type { Instant } from '../../envelope.ts';
import type { StepError, StepName } from '../../steps.ts';
import type { Event } from './event.ts';

/** `detail`, here and below: what a program in the sandbox printed, without the secrets of the session. */
export type StepEvent =
  | Event<
      'StepStarted',
      { step: StepName; attemptId: string; attempt: number; deadline: Instant; runner: string }
    >
  | Event<
      'StepFailed',
      {
        step: StepName;
        attemptId: string;
        attempt: number;
        error: StepError;
        detail?: string;
        retryAt?: Instant;
      }
    >
  | Event<'StepParked', { step: StepName; attempt: number; error: StepError; detail?: string }>
  | Event<'StepSkipped', { step: StepName; reason: string }>;
