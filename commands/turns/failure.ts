import type { TurnFact } from '../../domain/session/decide/turns.ts';
import type { StepError } from '../../domain/steps.ts';

/** Why a turn failed; the visitor may send the message again. */
export const failure = (code: string, message: string): StepError => ({ code, message, retryable: true });

/** Ours to say, but for `detail`: the words of the agent or of a program, without a secret in them. */
export type Failure = StepError & { readonly detail?: string };

/** What a call outside said beyond its own sentence stays out of the log unless it is given as `detail`. */
export const turnFailed = (turnId: string, { code, message, retryable, detail }: Failure): TurnFact => ({
  type: 'TurnFailed',
  data: { turnId, error: { code, message, retryable }, ...(detail === undefined ? {} : { detail }) },
});
