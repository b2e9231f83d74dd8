import { type Either, right } from 'fp-ts/lib/Either.js';
import type { ServiceName } from '../../services.ts';
import { RELEASE_STEPS, type StepError } from '../../steps.ts';
import type { SessionEvent } from '../events.ts';
import type { Refusal } from '../refusals.ts';
import { isDone, RESOURCE_MISSING, type SessionState, stepOf } from '../state.ts';

const MISSING: StepError = {
  code: RESOURCE_MISSING,
  message: 'It is no longer at its provider, and what was in it is lost. Retry to have a new one.',
  retryable: true,
};

/** What was provisioned is no longer there. Not made again unasked: it would be empty. */
export const decideNoteMissing = (
  { service }: { readonly service: ServiceName },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> =>
  state.status === 'open' && isDone(state, service)
    ? right([{ type: 'ResourceMissing', data: { service, error: MISSING } }])
    : right([]);

export const stuckReleases = (state: SessionState): readonly (typeof RELEASE_STEPS)[number][] =>
  state.status === 'closing' || state.status === 'closed'
    ? RELEASE_STEPS.filter((step) => stepOf(state, step).status === 'parked')
    : [];

/** Releases that a provider refused are tried again once somebody has seen to the reason. */
export const decideRetryReleases = (
  command: { readonly reason: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> =>
  right(stuckReleases(state).length === 0 ? [] : [{ type: 'ReleaseRetryRequested', data: command }]);
