import type { StepError } from '../../domain/steps.ts';

/** Why a turn failed; the visitor may send the message again. */
export const failure = (code: string, message: string): StepError => ({ code, message, retryable: true });
