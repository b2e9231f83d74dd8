import { type Either, left, right } from 'fp-ts/lib/Either.js';
import { isFork, type StepName } from '../../steps.ts';
import type { SessionEvent } from '../events.ts';
import { type Idling, isUseUnsaid, whyAbandoned } from '../process-managers/idleness.ts';
import type { Refusal } from '../refusals.ts';
import { isGivenUp, isGoingToSleep, ownsNothing, type SessionState, stepOf } from '../state.ts';

/** Wants the sandbox back; also un-parks what was given up on. */
export const decideWake = (
  command: { readonly reason: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  const asleep =
    state.sandbox.status === 'asleep' || state.sandbox.status === 'lost' || isGoingToSleep(state);
  const parked = Object.entries(state.steps).some(
    ([step, value]) => isGivenUp(value) && !isFork(step as StepName),
  );
  const alreadyWanted = state.sandbox.wakeRequested && stepOf(state, 'wake').status !== 'parked';
  return (asleep && !alreadyWanted) || parked ? right([{ type: 'WakeRequested', data: command }]) : right([]);
};

/**
 * An app is used through a process that runs no process managers: said now and then, it keeps the sandbox awake as the use
 * itself does where both are one process.
 */
export const decideKeepAwake = (
  command: { readonly reason: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> =>
  state.status === 'open' && state.sandbox.status === 'awake' && !isGoingToSleep(state)
    ? right([{ type: 'WakeRequested', data: command }])
    : right([]);

/** An app is used, of which only memory tells: said often enough for whoever has another, or none any more, not to end it. */
export const decideNoteUse = (
  command: Idling,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> =>
  right(isUseUnsaid(state, command) ? [{ type: 'AppUsed', data: {} }] : []);

/** The sandbox's processes are gone, whoever stopped them. Says nothing twice. */
export const decideNoteSleep = (
  command: { readonly reason: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> =>
  state.status === 'open' && state.sandbox.status === 'awake'
    ? right([{ type: 'SandboxSlept', data: command }])
    : right([]);

/** Nothing is left of a sandbox that slept: its next wake rebuilds it from the repository. */
export const decideNoteLost = (
  command: { readonly reason: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> =>
  state.status === 'open' && state.sandbox.status === 'asleep' && stepOf(state, 'wake').status !== 'running'
    ? right([{ type: 'SandboxLost', data: command }])
    : right([]);

/** Ends what nobody uses any more, by the rules of `policy`. */
export const decideAbandon = (
  command: Idling,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  const reason = whyAbandoned(state, command);
  return right(reason === undefined ? [] : ending(state, reason));
};

/** A quick page that never became more has nothing to be released: it is closed at once. */
const ending = (state: SessionState, reason: string): readonly SessionEvent[] => [
  { type: 'CloseRequested', data: { reason } },
  ...(ownsNothing(state) ? ([{ type: 'SessionClosed', data: {} }] as const) : []),
];

/**
 * A pool entry that failed its probe or outlived its use: never handed to anybody, and everything of it released. Once
 * it is claimed only the claim itself (`claimedWith`, its key's digest) may still discard it: the pool's keeper may be
 * looking at a moment that has passed.
 */
export const decideDiscard = (
  { reason, claimedWith }: { readonly reason: string; readonly claimedWith?: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status === 'absent') return left({ tag: 'SessionNotOpen' });
  if (state.status !== 'open') return right([]);
  if (state.claim !== undefined && state.claim.keyDigest !== claimedWith)
    return left({ tag: 'AlreadyClaimed' });
  return right([
    { type: 'SandboxDiscarded', data: { reason } },
    { type: 'CloseRequested', data: { reason: `discarded: ${reason}` } },
  ]);
};

export const decideClose = (
  command: { readonly reason: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> =>
  state.status === 'absent'
    ? left({ tag: 'SessionNotOpen' })
    : state.status === 'open'
      ? right(ending(state, command.reason))
      : right([]);
