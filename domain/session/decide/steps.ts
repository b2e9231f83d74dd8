import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { Instant } from '../../envelope.ts';
import type { ServiceName } from '../../services.ts';
import {
  BOOT_STEPS,
  isRelease,
  isService,
  MAX_ATTEMPTS,
  RELEASE_STEPS,
  retryDelayMs,
  STEP_LIMIT_MS,
  type StepError,
  type StepName,
} from '../../steps.ts';
import type { SessionEvent } from '../events.ts';
import { evolve } from '../evolve.ts';
import { type Asking, dueSteps } from '../process-managers/due.ts';
import type { Refusal } from '../refusals.ts';
import { isDone, type SessionState, stepOf } from '../state.ts';

/**
 * The intents: recorded before anybody outside is called. Only what is due at this very state is started; refused when
 * that is nothing.
 */
export const decideStartSteps = (
  command: {
    readonly attempts: readonly { readonly step: StepName; readonly attemptId: string }[];
  } & Asking,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  const { now, runner } = command;
  const due = dueSteps(state, command);
  const started = command.attempts
    .filter(({ step }) => due.includes(step))
    .map(({ step, attemptId }): SessionEvent => {
      const deadline = new Date(Date.parse(now) + STEP_LIMIT_MS[step]).toISOString();
      return {
        type: 'StepStarted',
        data: { step, attemptId, attempt: nextAttempt(state, step, now), deadline, runner },
      };
    });
  return started.length === 0 ? left({ tag: 'StepNotDue' }) : right(started);
};

/** An attempt whose server was killed says nothing about the step: it is made again, and not counted against it. */
const nextAttempt = (state: SessionState, step: StepName, now: Instant): number => {
  const before = stepOf(state, step);
  if (before.status === 'running') return before.deadline <= now ? before.attempt + 1 : before.attempt;
  return before.status === 'failed' ? before.attempt + 1 : 1;
};

/** Records what an attempt achieved, and `SessionReady` with it when that was the last thing missing. */
export const decideRecordOutcome = (
  command: { readonly step: StepName; readonly attemptId: string; readonly outcome: readonly SessionEvent[] },
  state: SessionState,
  now: Instant,
): Either<Refusal, readonly SessionEvent[]> => {
  const before = stepOf(state, command.step);
  if (before.status !== 'running' || before.attemptId !== command.attemptId) {
    return left({ tag: 'AttemptSuperseded' });
  }
  const after = command.outcome.reduce((folded, event) => evolve(folded, event, now), state);
  return right([...command.outcome, ...readiness(after), ...closure(state, after)]);
};

/**
 * A failed attempt: retried after a delay, or parked when that makes no sense (any more). A release is never given up
 * on because of an outage: nobody would be left to ask for it again.
 */
export const decideRecordFailure = (
  command: {
    readonly step: StepName;
    readonly attemptId: string;
    readonly error: StepError & { readonly retryAfterMs?: number };
    readonly jitter: number;
    readonly now: Instant;
  },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  const { step, attemptId, jitter, now } = command;
  const before = stepOf(state, step);
  if (before.status !== 'running' || before.attemptId !== attemptId)
    return left({ tag: 'AttemptSuperseded' });
  const { retryAfterMs, ...error } = command.error;
  const { attempt } = before;
  if (!error.retryable || (attempt >= MAX_ATTEMPTS && !isRelease(step))) {
    return right([{ type: 'StepParked', data: { step, attempt, error } }]);
  }
  const retryAt = new Date(Date.parse(now) + retryDelayMs(attempt, jitter, retryAfterMs)).toISOString();
  return right([{ type: 'StepFailed', data: { step, attemptId, attempt, error, retryAt } }]);
};

/** A service that is parked or failing starts over; one that works is left alone. */
export const decideRetryService = (
  command: { readonly service: ServiceName },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  const { status } = stepOf(state, command.service);
  return status === 'parked' || status === 'failed' || status === 'skipped'
    ? right([{ type: 'ServiceRetryRequested', data: command }])
    : status === 'done'
      ? left({ tag: 'ServiceNotFailed' })
      : right([]);
};

const readiness = (state: SessionState): readonly SessionEvent[] => {
  if (state.readyAt !== undefined || state.status !== 'open') return [];
  const booted = BOOT_STEPS.filter((step) => !isService(step) && step !== 'residential_ip').every((step) =>
    isDone(state, step),
  );
  const services = state.env?.services ?? [];
  const missing = BOOT_STEPS.filter(isService).filter((service) => !services.includes(service));
  return booted ? [{ type: 'SessionReady', data: { missing } }] : [];
};

const closure = (before: SessionState, after: SessionState): readonly SessionEvent[] =>
  before.status === 'closing' &&
  RELEASE_STEPS.filter((step) => step !== 'forget').every((step) => isDone(after, step))
    ? [{ type: 'SessionClosed', data: {} }]
    : [];
