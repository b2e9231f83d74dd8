import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { ServiceName } from '../../services.ts';
import { isOwners, isRelease, isService, type StepName } from '../../steps.ts';
import type { SessionEvent } from '../events.ts';
import type { Refusal } from '../refusals.ts';
import { isGivenUp, type SessionState, stepOf } from '../state.ts';
import { decideWake } from './life.ts';
import { decideRetryReleases } from './resources.ts';
import { decideRetryService } from './steps.ts';

const ASKED = { reason: 'an operator asked for another attempt' } as const;

/**
 * An operator's word on one step that was given up on: it is tried again, each kind by the event it has for that. What
 * was lost at its provider is not: made again it would be empty, and that is for its owner to ask for.
 */
export const decideRetryStep = (
  { step }: { readonly step: StepName },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  const before = stepOf(state, step);
  // What an owner has asked for and was given up on is over; whoever wants it asks for another.
  if (before.status !== 'parked' || isOwners(step)) return left({ tag: 'StepNotParked' });
  if (!isGivenUp(before)) return left({ tag: 'OwnerOnly' });
  if (isRelease(step)) return decideRetryReleases(ASKED, state);
  return isService(step) ? decideRetryService({ service: step }, state) : decideWake(ASKED, state);
};

/**
 * What the pool's keeper asks for, of a session that is nobody's yet: whoever is given it, is given it whole. From then on
 * that is for its owner. What was lost at its provider held nothing of anybody's, and is made again like the rest.
 */
export const decideRetryPooled = (
  { service }: { readonly service: ServiceName },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.claim !== undefined) return left({ tag: 'AlreadyClaimed' });
  return stepOf(state, service).status === 'parked' ? decideRetryService({ service }, state) : right([]);
};
