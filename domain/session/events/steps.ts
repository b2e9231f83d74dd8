import type { Instant } from '../../envelope.ts';
import type { StepError, StepName } from '../../steps.ts';
import type { Event } from './event.ts';

export type StepEvent =
  | Event<
      'StepStarted',
      { step: StepName; attemptId: string; attempt: number; deadline: Instant; runner: string }
    >
  | Event<
      'StepFailed',
      { step: StepName; attemptId: string; attempt: number; error: StepError; retryAt?: Instant }
    >
  | Event<'StepParked', { step: StepName; attempt: number; error: StepError }>
  | Event<'StepSkipped', { step: StepName; reason: string }>;
