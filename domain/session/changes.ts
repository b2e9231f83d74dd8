import type { Instant } from '../envelope.ts';
import type { ServiceName } from '../services.ts';
import { isFork, isRelease, SANDBOX_STEPS, type StepError, type StepName, type StepState } from '../steps.ts';
import type { Checkpoint, DueCheckpoint } from './checkpoints.ts';
import { isAside, withCheckpoint } from './checkpoints.ts';
import { isKnown, treeAt } from './history.ts';
import {
  type Given,
  isGivenUp,
  isGoingToSleep,
  runningTurn,
  type SandboxState,
  type SessionState,
  stepOf,
  type TurnState,
} from './state.ts';

/** The changes that events make to a session, each for one part of it. */

export const withStep = (state: SessionState, step: StepName, next: StepState): SessionState => ({
  ...state,
  steps: { ...state.steps, [step]: next },
});

/** Whatever kept an earlier commit from being pushed: this one is tried again. */
export const worthPushing = (state: SessionState): SessionState =>
  stepOf(state, 'push').status === 'parked' ? withStep(state, 'push', { status: 'waiting' }) : state;

/** The data may have changed, or is to be kept for the first time; whatever kept an earlier checkpoint from being taken. */
export const worthKeeping = (
  state: SessionState,
  checkpointId: string,
  reason: DueCheckpoint['reason'],
): SessionState => {
  if (state.history === undefined || state.mode !== 'full') return state;
  return retriedAnew(
    { ...state, checkpointDue: { checkpointId, sha: state.history.at, reason } },
    'checkpoint',
  );
};

/** Whatever kept it from being done before says nothing of what it is to do now. */
const retriedAnew = (state: SessionState, step: StepName): SessionState => {
  const { status } = stepOf(state, step);
  return status === 'parked' || status === 'failed' ? withStep(state, step, { status: 'waiting' }) : state;
};

/** Not due any more: what it was to keep is no longer what is there. */
export const notWorthKeeping = ({ checkpointDue: _over, ...state }: SessionState): SessionState =>
  retriedAnew(state, 'checkpoint');

/** A checkpoint of a move is taken in its course, the one that is due in an attempt of its own. */
export const checkpointed = (
  state: SessionState,
  taken: Checkpoint,
  {
    reason,
    dropped,
  }: {
    readonly reason: 'start' | 'turn' | 'move' | 'fork';
    readonly dropped: readonly string[];
  },
): SessionState => {
  const kept = { ...state, checkpoints: withCheckpoint(state.checkpoints, taken, dropped) };
  if (isAside(reason)) return kept;
  const { checkpointDue: _taken, ...rest } = kept;
  return done(rest, 'checkpoint', taken.at);
};

/**
 * A sandbox that was rebuilt stands at the last pushed commit, which may be an older one; at a new first one where
 * nothing had ever been pushed, and then the commits there were are gone.
 */
export const standingAt = (state: SessionState, sha: string): SessionState => {
  const { history } = state;
  if (history === undefined || sha === history.at) return state;
  return isKnown(history, sha)
    ? { ...state, history: { ...history, at: sha } }
    : forkedAnew(worthPushing({ ...state, history: treeAt(sha) }));
};

/** What was lost with its sandbox before it was ever pushed comes over once more. */
const forkedAnew = (state: SessionState): SessionState =>
  state.fork === undefined ? state : withStep(state, 'fork_code', { status: 'waiting' });

/** The code is that of the other session: a version like any other, and the first of this one. */
export const codeForked = (state: SessionState, sha: string, at: Instant): SessionState =>
  worthKeeping(
    done(worthPushing({ ...state, history: treeAt(sha) }), 'fork_code', at),
    `fork-${sha}`,
    'start',
  );

/** What of the fork was given up on is due again. */
export const forkRetried = (state: SessionState): SessionState => unparked(state, isFork);

/** A move or a save that was given up on is over: it must not hold back turns, or another one. */
export const parked = (
  state: SessionState,
  step: StepName,
  why: Omit<Extract<StepState, { status: 'parked' }>, 'status'>,
): SessionState => {
  const next = withStep(state, step, { status: 'parked', ...why });
  if (step === 'file_save') return withoutSave(next);
  if (step !== 'history_move' || next.history === undefined) return next;
  const { move: _over, ...history } = next.history;
  return { ...next, history };
};

export const withoutSave = ({ save, ...state }: SessionState): SessionState =>
  save === undefined ? state : { ...state, saved: save.saveId };

export const done = (state: SessionState, step: StepName, at: Instant): SessionState => {
  const before = stepOf(state, step);
  return withStep(
    state,
    step,
    before.status === 'running'
      ? { status: 'done', startedAt: before.startedAt, endedAt: at, attempt: before.attempt }
      : { status: 'done', endedAt: at, attempt: 1 },
  );
};

export const withSandbox = (state: SessionState, change: Partial<SandboxState>): SessionState => ({
  ...state,
  sandbox: { ...state.sandbox, ...change },
});

export const withTurn = (
  state: SessionState,
  turnId: string,
  change: (turn: TurnState) => TurnState,
): SessionState => ({
  ...state,
  turns: state.turns.map((turn) => (turn.turnId === turnId ? change(turn) : turn)),
});

type Provision = Omit<Given, 'keyId'> & { readonly facts: Readonly<Record<string, string>> };

export const provisioned = (
  state: SessionState,
  service: ServiceName,
  { names, provider, resourceId, facts: { keyId } }: Provision,
  at: Instant,
): SessionState => {
  const given = { names, provider, resourceId, ...(keyId === undefined ? {} : { keyId }) };
  return done({ ...state, provisioned: { ...state.provisioned, [service]: given } }, service, at);
};

/** One that was ready before it had a database has one now, and it is empty. */
export const databaseProvisioned = (
  state: SessionState,
  data: Provision & { readonly attemptId: string },
  at: Instant,
): SessionState => {
  const next = provisioned(state, 'neon', data, at);
  return state.readyAt === undefined ? next : worthKeeping(next, `start-${data.attemptId}`, 'start');
};

/** Given up on until its owner asks for another: it is no longer in the env file's making, nor was anything pushed. */
export const missing = (
  state: SessionState,
  service: ServiceName,
  error: StepError,
  at: Instant,
): SessionState => {
  const { pushed, ...rest } = parked(state, service, { attempt: 1, error, at });
  return {
    ...(service === 'neon' ? notWorthKeeping({ ...rest, checkpoints: [] }) : rest),
    ...(pushed === undefined || service === 'github' ? {} : { pushed }),
    ...(rest.env === undefined
      ? {}
      : { env: { ...rest.env, services: rest.env.services.filter((name) => name !== service) } }),
  };
};

/** Its release is due; what a release before it has come to is over. */
export const givingBack = (state: SessionState, service: ServiceName): SessionState =>
  withStep(
    { ...state, releasing: [...(state.releasing ?? []).filter((name) => name !== service), service] },
    `release_${service}`,
    { status: 'waiting' },
  );

/**
 * The session goes on without it, and its lines leave the env file. Its release is open again: what is provisioned anew
 * is released at the end like any other.
 */
export const givenBack = (state: SessionState, service: ServiceName): SessionState => {
  const { releasing = [], provisioned: before, pushed, ...rest } = state;
  const { [service]: _given, ...kept } = before;
  const others = releasing.filter((name) => name !== service);
  const next: SessionState = {
    ...rest,
    provisioned: kept,
    ...(others.length === 0 ? {} : { releasing: others }),
    // What was pushed was pushed to a repository that is no more.
    ...(pushed === undefined || service === 'github' ? {} : { pushed }),
  };
  const skipped = withStep(next, service, { status: 'skipped', reason: RELEASED_BY_OWNER });
  const released = withStep(skipped, `release_${service}`, { status: 'waiting' });
  // Copies of a database go with it.
  const left = service === 'neon' ? notWorthKeeping({ ...released, checkpoints: [] }) : released;
  return worthWriting(left);
};

export const RELEASED_BY_OWNER = 'given back by its owner';

export const isOrWillBeDown = (state: SessionState): boolean =>
  state.sandbox.status === 'asleep' || state.sandbox.status === 'lost' || isGoingToSleep(state);

/**
 * A sandbox that went away before its session was ready has nothing worth keeping: its steps start again. After that
 * it is woken on its own files, or rebuilt.
 */
export const sandboxGone = (state: SessionState, status: 'asleep' | 'lost'): SessionState => {
  const next = unanswered(withSandbox(withStep(state, 'wake', { status: 'waiting' }), { status }));
  if (state.readyAt !== undefined) return next;
  const rest = restarted(next);
  const steps = { ...rest.steps };
  for (const step of SANDBOX_STEPS) delete steps[step];
  // A page does not need it: what an attempt at a full app has left is to be known of, until the next one starts it.
  return {
    ...rest,
    steps,
    sandbox: { status: state.mode === 'quick' ? status : 'starting', wakeRequested: false },
  };
};

/** Its first commit is made anew; a quick page is not in the sandbox, and stays. */
const restarted = ({ history, upgrade, ...state }: SessionState): SessionState => {
  if (state.mode === 'full' || history === undefined) return state;
  const { sha: _gone, ...begun } = upgrade ?? {};
  return { ...state, history, ...(upgrade === undefined ? {} : { upgrade: begun }) };
};

/** Whoever was answering is gone with the sandbox. */
const unanswered = (state: SessionState): SessionState => {
  const turn = runningTurn(state);
  return turn?.promptId === undefined
    ? state
    : withTurn(state, turn.turnId, ({ promptId: _lost, ...rest }) => rest);
};

/** Whatever kept the env file from being written: who asks for a service asks for its lines too. */
export const worthWriting = (state: SessionState): SessionState =>
  isGivenUp(stepOf(state, 'env_write')) ? withStep(state, 'env_write', { status: 'waiting' }) : state;

/** Everything that was given up on is waiting again; `which` of it, where that is not all. */
export const unparked = (
  state: SessionState,
  which: (step: StepName) => boolean = () => true,
): SessionState => {
  const steps: Partial<Record<StepName, StepState>> = { ...state.steps };
  for (const [step, value] of Object.entries(steps) as [StepName, StepState][]) {
    if (which(step) && isGivenUp(value)) steps[step] = { status: 'waiting' };
  }
  return { ...state, steps };
};

/**
 * Who wants a session back does not thereby ask for its releases again: that is an operator's to do. Nor for what a fork
 * was to bring: by now there may be other data in its place.
 */
export const unparkedForUse = (state: SessionState): SessionState =>
  unparked(state, (step) => !isRelease(step) && !isFork(step));
