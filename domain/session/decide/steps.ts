import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { Instant } from '../../envelope.ts';
import type { ServiceName } from '../../services.ts';
import {
  BOOT_STEPS,
  isRelease,
  isService,
  MAX_ATTEMPTS,
  RELEASE_STEPS,
  releaseOf,
  retryDelayMs,
  SANDBOX_STEPS,
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

/**
 * What was released, or belongs to a session that has been closed, is no longer had, whatever an attempt that was under
 * way all along has to say: if it is there, it is an orphan.
 */
const isCurrent = (
  { step, attemptId }: { readonly step: StepName; readonly attemptId: string },
  state: SessionState,
): boolean => {
  const current = stepOf(state, step);
  const release = releaseOf(step);
  const isReleased = release !== undefined && isDone(state, release);
  const isOver = state.status === 'forgotten' || (state.status === 'closed' && !isRelease(step));
  return current.status === 'running' && current.attemptId === attemptId && !isReleased && !isOver;
};

/** Records what an attempt achieved, and `SessionReady` with it when that was the last thing missing. */
export const decideRecordOutcome = (
  command: { readonly step: StepName; readonly attemptId: string; readonly outcome: readonly SessionEvent[] },
  state: SessionState,
  now: Instant,
): Either<Refusal, readonly SessionEvent[]> => {
  if (!isCurrent(command, state)) return left({ tag: 'AttemptSuperseded' });
  const outcome = command.outcome.map((event) => asOfNow(event, state));
  const after = outcome.reduce((folded, event) => evolve(folded, event, now), state);
  return right([...outcome, ...readiness(after), ...closure(state, after)]);
};

/**
 * A service that was lost, or made anew, while the env file was being written is not what stands in it: it is left out,
 * so that the file is due again once there is something to write.
 */
const asOfNow = (event: SessionEvent, state: SessionState): SessionEvent => {
  const writing = stepOf(state, 'env_write');
  if (event.type !== 'EnvWritten' || writing.status !== 'running') return event;
  const services = event.data.services.filter((service) => {
    const made = stepOf(state, service);
    return made.status === 'done' && made.endedAt <= writing.startedAt;
  });
  return { ...event, data: { ...event.data, services } };
};

/**
 * A failed attempt: retried after a delay, or parked when that makes no sense (any more). A release is never given up
 * on because of an outage: nobody would be left to ask for it again.
 */
export const decideRecordFailure = (
  command: {
    readonly step: StepName;
    readonly attemptId: string;
    readonly error: StepError & { readonly detail?: string; readonly retryAfterMs?: number };
    readonly jitter: number;
    readonly now: Instant;
  },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  const { step, attemptId, jitter, now } = command;
  const before = stepOf(state, step);
  if (before.status !== 'running' || !isCurrent(command, state)) return left({ tag: 'AttemptSuperseded' });
  const { retryAfterMs, detail, ...error } = command.error;
  const words = detail === undefined ? {} : { detail };
  const { attempt } = before;
  if (!error.retryable || (attempt >= MAX_ATTEMPTS && !isRelease(step))) {
    return right([
      { type: 'StepParked', data: { step, attempt, error, ...words } },
      ...upgradeGivenUp(state, step, error),
    ]);
  }
  const retryAt = new Date(Date.parse(now) + retryDelayMs(attempt, jitter, retryAfterMs)).toISOString();
  return right([{ type: 'StepFailed', data: { step, attemptId, attempt, error, ...words, retryAt } }]);
};

/**
 * A service that is parked or failing starts over, and so does one that is there while its lines are not, since the env
 * file was given up on; one that works is left alone.
 */
export const decideRetryService = (
  command: { readonly service: ServiceName },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  if (state.releasing?.includes(command.service) === true) return left({ tag: 'ServiceReleasing' });
  const { status } = stepOf(state, command.service);
  return status === 'parked' || status === 'failed' || status === 'skipped'
    ? right([{ type: 'ServiceRetryRequested', data: command }])
    : status !== 'done'
      ? right([])
      : isUnwritten(state, command.service)
        ? right([{ type: 'ServiceRetryRequested', data: command }])
        : left({ tag: 'ServiceNotFailed' });
};

const isUnwritten = (state: SessionState, service: ServiceName): boolean =>
  stepOf(state, 'env_write').status === 'parked' && state.env?.services.includes(service) !== true;

const readiness = (state: SessionState): readonly SessionEvent[] => {
  if (state.readyAt !== undefined || state.status !== 'open') return [];
  const booted = BOOT_STEPS.filter((step) => !isService(step) && step !== 'residential_ip').every((step) =>
    isDone(state, step),
  );
  const services = state.env?.services ?? [];
  const missing = BOOT_STEPS.filter(isService).filter((service) => !services.includes(service));
  if (!booted) return [];
  const sha = state.mode === 'upgrading' ? state.upgrade?.sha : undefined;
  return [{ type: 'SessionReady', data: { missing, ...(sha === undefined ? {} : { sha }) } }];
};

const NO_FULL_APP: StepError = {
  code: 'upgrade_failed',
  message:
    'The full app could not be set up. The page is as it was: go on with it, or try again with “Make it a full app”.',
  retryable: true,
};

/** Without its sandbox a session never gets ready: a quick page goes on as what it was. */
const upgradeGivenUp = (state: SessionState, step: StepName, error: StepError): readonly SessionEvent[] => {
  const isNeeded = (SANDBOX_STEPS as readonly StepName[]).includes(step) && step !== 'residential_ip';
  if (state.status !== 'open' || state.mode !== 'upgrading' || !isNeeded) return [];
  const waiting = state.turns.find(
    ({ turnId, status }) => turnId === state.upgrade?.turnId && status === 'queued',
  );
  return [
    { type: 'UpgradeFailed', data: { error } },
    ...(waiting === undefined
      ? []
      : ([{ type: 'TurnFailed', data: { turnId: waiting.turnId, error: NO_FULL_APP } }] as const)),
  ];
};

const closure = (before: SessionState, after: SessionState): readonly SessionEvent[] =>
  before.status === 'closing' &&
  RELEASE_STEPS.filter((step) => step !== 'forget').every((step) => isDone(after, step))
    ? [{ type: 'SessionClosed', data: {} }]
    : [];
