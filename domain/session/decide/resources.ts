import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { ServiceName } from '../../services.ts';
import { RELEASE_STEPS, type ReleaseStep, type StepError } from '../../steps.ts';
import type { SessionEvent } from '../events.ts';
import { givenBack } from '../process-managers/janitor.ts';
import type { Refusal } from '../refusals.ts';
import { isDone, RESOURCE_MISSING, runningTurn, type SessionState, stepOf } from '../state.ts';

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

/** Only what is to be released is: a session that is open gives back what its owner said, and one that ends, all of it. */
export const stuckReleases = (state: SessionState): readonly ReleaseStep[] => {
  const wanted: readonly ReleaseStep[] = state.status === 'open' ? givenBack(state) : RELEASE_STEPS;
  return wanted.filter((step) => stepOf(state, step).status === 'parked');
};

/**
 * Gives one service back while the session goes on. What was made must be known to be there, or to have been given up
 * on: while it is being made, nobody can say what there is to give back.
 */
export const decideReleaseService = (
  { service }: { readonly service: ServiceName },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  const { status } = stepOf(state, service);
  if (status !== 'done' && status !== 'parked') return left({ tag: 'ServiceNotThere' });
  if (runningTurn(state) !== undefined) return left({ tag: 'TurnRunning' });
  const isUnderWay =
    state.releasing?.includes(service) === true && stepOf(state, `release_${service}`).status !== 'parked';
  return right(isUnderWay ? [] : [{ type: 'ServiceReleaseRequested', data: { service } }]);
};

/** Releases that a provider refused are tried again once somebody has seen to the reason. */
export const decideRetryReleases = (
  command: { readonly reason: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> =>
  right(stuckReleases(state).length === 0 ? [] : [{ type: 'ReleaseRetryRequested', data: command }]);
