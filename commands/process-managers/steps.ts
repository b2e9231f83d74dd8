import * as E from 'fp-ts/lib/Either.js';
import { isKeptElsewhere } from '../../domain/pool/keeper.ts';
import {
  decideRecordFailure,
  decideRecordOutcome,
  decideStartSteps,
} from '../../domain/session/decide/steps.ts';
import type { SessionEvent, SessionEventOf } from '../../domain/session/events.ts';
import { dueSteps } from '../../domain/session/process-managers/due.ts';
import type { SessionState } from '../../domain/session/state.ts';
import {
  isLife,
  isRelease,
  STEP_LIMIT_MS,
  type StepName,
  type StepState,
  serviceOf,
} from '../../domain/steps.ts';
import type { Effect } from '../effects/context.ts';
import type { ProviderError } from '../ports/services.ts';
import { asking, type Context, following, stateNow } from './context.ts';
import type { Looks } from './looks.ts';
import { record } from './record.ts';
import { recordable } from './recordable.ts';
import { isOutOfReach } from './sandbox-watch.ts';

type Running = { readonly sessionId: string; readonly step: StepName; readonly abort: AbortController };

/** Starts the steps that are due and carries each attempt to its outcome. */
export const createStepRunner = (context: Context, stopped: AbortSignal, { changed, outOfDate }: Looks) => {
  const { directory, world, effects, clock, settings, observe } = context;
  const running = new Map<string, Running>();
  /** What is being started, by session. */
  const starting = new Map<string, readonly StepName[]>();
  /** Sessions that changed while their steps were being started: looked at again afterwards. */
  const missed = new Set<string>();
  /** Sessions a step of which waits for a place. */
  const heldBack = new Set<string>();

  const evaluate = async (state: SessionState): Promise<void> => {
    const { sessionId } = state;
    abortForeign(state);
    if (stopped.aborted || isKeptElsewhere(state, settings)) return;
    if (starting.has(sessionId)) {
      missed.add(sessionId);
      return;
    }
    const due = dueSteps(state, asking(context, sessionId)).filter(
      (step) => !isUnderWayHere(state, step) && mayStart(state, step) && !isOutOfReach(context, state, step),
    );
    if (due.length === 0) return;
    starting.set(sessionId, due);
    const attempts = due.map((step) => ({ step, attemptId: clock.id() }));
    const started = await record(
      context,
      sessionId,
      (current) => decideStartSteps({ attempts, ...asking(context, sessionId) }, current),
      following(managerOf(due[0]), attempts[0]?.attemptId ?? ''),
      stopped,
    );
    starting.delete(sessionId);
    if (stopped.aborted) return;
    for (const event of started?.events ?? []) {
      if (event.type === 'StepStarted' && started !== undefined) void run(started.state, event.data);
    }
    // Also where another of its steps was begun: what has ended meanwhile, unknown to who asked, is not due again.
    if (due.some((step) => isLimited(step) && !hasBegun(step, started?.events))) freePlace(outOfDate);
    const hasMissed = missed.delete(sessionId);
    if (started === undefined && directory.session(sessionId) === state) outOfDate(sessionId);
    else if (hasMissed) changed(sessionId);
  };

  /** One attempt: the effect under its deadline, then its outcome or failure in the log. */
  const run = async (state: SessionState, intent: SessionEventOf<'StepStarted'>['data']): Promise<void> => {
    const { sessionId } = state;
    const { step, attemptId, attempt } = intent;
    const abort = new AbortController();
    running.set(attemptId, { sessionId, step, abort });
    const startedAt = performance.now();
    // As the log has it, and not from now on: the append may have taken a while, and others do not wait longer.
    const leftMs = () => Date.parse(intent.deadline) - Date.parse(clock.now());
    const isOver = () => abort.signal.aborted || leftMs() <= 0;
    const isTakenOver = async (): Promise<boolean> =>
      !isLatest((await stateNow(context, sessionId))?.steps[step], intent);
    const limitMs = STEP_LIMIT_MS[step];
    // An attempt that is over before it has begun (the append took too long, or the process stood still) begins nothing:
    // whoever has taken over may have done it already, and a key that is made again takes the place of theirs.
    const ended = isOver()
      ? E.left(deadlineExceeded(limitMs))
      : await withDeadline(
          effects[step](world, { state, attemptId, signal: abort.signal, isOver, isTakenOver }),
          abort,
          { leftMs: leftMs(), limitMs },
        );
    // Still under way meanwhile: nobody takes over an attempt that is about to say how it ended.
    const result =
      E.isLeft(ended) && ended.left.detail !== undefined
        ? E.left(await recordable(context, state, ended.left))
        : ended;
    running.delete(attemptId);
    const seen = { sessionId, slug: state.slug, step, attempt, ms: performance.now() - startedAt };
    // What was cut short because the server stops is left as an open intent: the next start takes it over.
    if (stopped.aborted && E.isLeft(result)) return;
    const cause = following(managerOf(step), `${attemptId}|outcome`, attemptId);
    if (E.isRight(result)) {
      const outcome = result.right;
      const skipped = outcome.find((event) => event.type === 'StepSkipped');
      observe.step(
        skipped === undefined
          ? { ...seen, outcome: 'done' }
          : { ...seen, outcome: 'skipped', reason: skipped.data.reason },
      );
      await record(
        context,
        sessionId,
        (current, now) => decideRecordOutcome({ step, attemptId, outcome }, current, now),
        cause,
        stopped,
      );
    } else {
      observe.step({ ...seen, outcome: 'failed', reason: `${result.left.code}: ${result.left.message}` });
      const jitter = clock.random();
      await record(
        context,
        sessionId,
        (current, now) => decideRecordFailure({ step, attemptId, error: result.left, jitter, now }, current),
        cause,
        stopped,
      );
    }
    if (isLimited(step)) freePlace(changed);
    changed(sessionId);
  };

  /** A place has become free, and whoever waits for one may have it: a visitor before a pool. */
  const freePlace = (look: (sessionId: string) => void): void => {
    const isVisitors = (sessionId: string) => directory.session(sessionId)?.claim !== undefined;
    const waiting = [...heldBack];
    heldBack.clear();
    for (const sessionId of waiting.filter(isVisitors)) look(sessionId);
    for (const sessionId of waiting.filter((one) => !isVisitors(one))) look(sessionId);
  };

  /** Past its deadline or not: an attempt of this process reports itself, and is never taken over by it. */
  const isUnderWayHere = (state: SessionState, step: StepName): boolean => {
    const current = state.steps[step];
    return current?.status === 'running' && running.has(current.attemptId);
  };

  const withDeadline = (
    effect: ReturnType<Effect>,
    abort: AbortController,
    { leftMs, limitMs }: { readonly leftMs: number; readonly limitMs: number },
  ): ReturnType<typeof effect> =>
    new Promise((resolve) => {
      const giveUp = (error: ProviderError) => resolve(E.left(error));
      const cancel = clock.after(leftMs, () => {
        abort.abort(DEADLINE);
        giveUp(deadlineExceeded(limitMs));
      });
      abort.signal.addEventListener('abort', () => {
        if (abort.signal.reason === STOPPING) giveUp(ABANDONED);
      });
      effect()
        .then(resolve, (thrown: unknown) => giveUp(unexpected(thrown)))
        .finally(cancel);
    });

  /** What a provider can do at once, and what may boot at once; the rest waits before it begins. */
  const placesFor = (step: StepName): number => {
    const service = serviceOf(step);
    if (service !== undefined) return world.providers[service]?.atOnce ?? Number.POSITIVE_INFINITY;
    return step === 'vm_boot' ? settings.poolBootConcurrency : Number.POSITIVE_INFINITY;
  };
  const isLimited = (step: StepName): boolean => Number.isFinite(placesFor(step));

  /** A pool's boots wait for one another. A visitor's own boot never waits. */
  const mayStart = (state: SessionState, step: StepName): boolean => {
    if (!isLimited(step) || (step === 'vm_boot' && state.claim !== undefined)) return true;
    const begun = [...running.values()].filter((attempt) => attempt.step === step).length;
    const beginning = [...starting.values()].filter((steps) => steps.includes(step)).length;
    const hasPlace = begun + beginning < placesFor(step);
    if (!hasPlace) heldBack.add(state.sessionId);
    return hasPlace;
  };

  /**
   * Attempts of a session that is being closed are of no use to anybody, but for those that release. Each is asked to
   * end and still waited for: what it brings into being after all is released only then.
   */
  const abortForeign = (state: SessionState): void => {
    if (state.status === 'open') return;
    for (const attempt of running.values()) {
      if (attempt.sessionId === state.sessionId && !isRelease(attempt.step)) attempt.abort.abort(CLOSING);
    }
  };

  const stop = (): void => {
    for (const { abort } of running.values()) abort.abort(STOPPING);
  };

  return { evaluate, stop, isIdle: (): boolean => running.size === 0 && starting.size === 0 };
};

const managerOf = (step: StepName | undefined): string =>
  step === undefined || isRelease(step) ? 'janitor' : isLife(step) ? 'lifecycle' : 'boot';

const hasBegun = (step: StepName, events: readonly SessionEvent[] = []): boolean =>
  events.some((event) => event.type === 'StepStarted' && event.data.step === step);

const DEADLINE = Symbol('deadline');
const CLOSING = Symbol('closing');
const STOPPING = Symbol('stopping');
const ABANDONED: ProviderError = { code: 'abandoned', message: 'The server is stopping.', retryable: true };

/** Whether this is still the attempt of its step that began last, under way or failed. */
const isLatest = (
  now: StepState | undefined,
  { attemptId, attempt }: SessionEventOf<'StepStarted'>['data'],
): boolean => {
  if (now?.status === 'running') return now.attemptId === attemptId;
  return (now?.status === 'failed' || now?.status === 'parked') && now.attempt === attempt;
};

const deadlineExceeded = (limitMs: number): ProviderError => ({
  code: 'deadline_exceeded',
  message: `No answer within ${limitMs / 1_000} seconds.`,
  retryable: true,
});

/** An effect never throws; one that does is a defect, and still must not leave its attempt hanging. */
const unexpected = (thrown: unknown): ProviderError => ({
  code: 'unexpected',
  message: thrown instanceof Error ? thrown.name : 'unknown error',
  retryable: true,
});

export type StepRunner = ReturnType<typeof createStepRunner>;
