import type { Instant } from '../envelope.ts';
import type { ServiceName } from '../services.ts';
import type { StepError, StepName, StepState } from '../steps.ts';
import type { SessionEvent, SessionEventType } from './events.ts';
import { committed, isKnown, moved } from './history.ts';
import {
  isGivenUp,
  isGoingToSleep,
  noSession,
  type SandboxState,
  type SessionState,
  stepOf,
  type TurnState,
} from './state.ts';

/** Steps whose result lives inside the sandbox and is gone with it; the service legs are not among them. */
const SANDBOX_STEPS: readonly StepName[] = [
  'vm_boot',
  'acp_init',
  'acp_session',
  'model_setup',
  'residential_ip',
  'git_setup',
  'env_write',
];

/** Events by which a session is in use: somebody did something, or something was done for them. */
const ACTIVITY: ReadonlySet<SessionEventType> = new Set([
  'SessionPlanned',
  'SandboxClaimed',
  'OwnerAdded',
  'SessionReady',
  'ServiceRetryRequested',
  'TurnSubmitted',
  'TurnCancelRequested',
  'TurnFinished',
  'TurnFailed',
  'TurnCancelled',
  'HistoryMoveRequested',
  'HistoryMoved',
  'WakeRequested',
  'SandboxWoken',
]);

/** The state after one more event. Total: a recorded event is a fact, so nothing here refuses or throws. */
export const evolve = (state: SessionState, event: SessionEvent, at: Instant): SessionState => {
  const next = after(state, event, at);
  return ACTIVITY.has(event.type) ? inUse(next, at) : next;
};

/** Whatever kept it from sleeping before may be over when it is idle the next time. */
const inUse = (state: SessionState, at: Instant): SessionState => {
  const used = { ...state, lastActivityAt: at };
  return stepOf(used, 'sleep').status === 'parked' ? withStep(used, 'sleep', { status: 'waiting' }) : used;
};

const after = (state: SessionState, event: SessionEvent, at: Instant): SessionState => {
  switch (event.type) {
    case 'SessionPlanned':
      return { ...noSession, ...event.data, status: 'open', plannedAt: at };
    case 'SandboxClaimed': {
      const { source, owner, keyDigest } = event.data;
      return { ...state, claim: { source, keyDigest, at }, owners: [owner] };
    }
    case 'OwnerAdded':
      return { ...state, owners: [...state.owners, event.data.owner] };

    case 'StepStarted': {
      const { step, attemptId, attempt, deadline, runner } = event.data;
      return withStep(state, step, {
        status: 'running',
        attemptId,
        attempt,
        deadline,
        runner,
        startedAt: at,
      });
    }
    case 'StepFailed': {
      const { step, attempt, error, retryAt } = event.data;
      const failed = { ...state, lastError: error };
      return retryAt === undefined
        ? parked(failed, step, { attempt, error, at })
        : withStep(failed, step, { status: 'failed', attempt, error, retryAt });
    }
    case 'StepParked': {
      const { step, attempt, error } = event.data;
      return parked(state, step, { attempt, error, at });
    }
    case 'StepSkipped':
      return withStep(state, event.data.step, { status: 'skipped', reason: event.data.reason });

    case 'SandboxBooted':
      return done(withSandbox(state, { status: 'awake', runner: event.data.runner }), 'vm_boot', at);
    case 'AgentInitialized':
      return done(state, 'acp_init', at);
    case 'AgentSessionOpened':
      return done(withSandbox(state, { agentSessionId: event.data.agentSessionId }), 'acp_session', at);
    case 'ModelSelected':
      return done({ ...state, model: event.data.model }, 'model_setup', at);
    case 'ResidentialIpAssigned':
      return done(state, 'residential_ip', at);
    case 'RepoInitialized': {
      const { sha } = event.data;
      return done({ ...state, history: { root: sha, at: sha, parentOf: {}, childOf: {} } }, 'git_setup', at);
    }

    case 'PosthogTagged':
      return provisioned(state, 'posthog', event.data.names, at);
    case 'NeonProvisioned':
      return provisioned(state, 'neon', event.data.names, at);
    case 'ResendProvisioned':
      return provisioned(state, 'resend', event.data.names, at);
    case 'GithubProvisioned':
      return provisioned(state, 'github', event.data.names, at);
    case 'ServiceRetryRequested':
      return withStep(state, event.data.service, { status: 'waiting' });
    case 'ResourceMissing':
      return missing(state, event.data.service, event.data.error, at);

    case 'EnvWritten': {
      const { version, names, digest, services } = event.data;
      return done({ ...state, env: { version, names, digest, services } }, 'env_write', at);
    }
    case 'SessionReady':
      return { ...state, readyAt: at };

    case 'TurnSubmitted':
      return {
        ...state,
        turns: [...state.turns, { turnId: event.data.turnId, status: 'queued', attempt: 0 }],
      };
    case 'TurnStarted': {
      const { turnId, attemptId, attempt, deadline, runner } = event.data;
      return withTurn(state, turnId, (turn) => ({
        ...turn,
        status: turn.status === 'cancelling' ? 'cancelling' : 'running',
        attempt,
        attemptId,
        deadline,
        runner,
      }));
    }
    case 'AgentSaid':
    case 'ToolCalled':
    case 'ToolReturned':
    case 'UsageRecorded':
      return state;
    case 'TurnCommitted': {
      const { sha, parent } = event.data;
      return worthPushing({ ...state, history: committed(state.history, sha, parent) });
    }
    case 'TurnFinished':
      return withTurn(state, event.data.turnId, (turn) => ({ ...turn, status: 'finished' }));
    case 'TurnFailed':
      return withTurn(state, event.data.turnId, (turn) => ({ ...turn, status: 'failed' }));
    case 'TurnCancelRequested':
      return withTurn(state, event.data.turnId, (turn) => ({ ...turn, status: 'cancelling' }));
    case 'TurnCancelled':
      return withTurn(state, event.data.turnId, (turn) => ({ ...turn, status: 'cancelled' }));
    case 'CommitPushed':
      return done({ ...state, pushed: event.data.sha }, 'push', at);

    case 'HistoryMoveRequested':
      return state.history === undefined
        ? state
        : {
            ...withStep(state, 'history_move', { status: 'waiting' }),
            history: { ...state.history, move: event.data },
          };
    case 'HistoryMoved':
      return done(
        worthPushing({ ...state, history: moved(state.history, event.data.from, event.data.to) }),
        'history_move',
        at,
      );

    case 'SandboxSlept':
      return sandboxGone(isGoingToSleep(state) ? done(state, 'sleep', at) : state, 'asleep');
    case 'SandboxLost':
      return sandboxGone(state, 'lost');
    case 'WakeRequested':
      return withSandbox(unparked(state), { wakeRequested: isOrWillBeDown(state) });
    case 'SandboxWoken':
      return done(
        withSandbox(standingAt(state, event.data.sha), {
          status: 'awake',
          runner: event.data.runner,
          agentSessionId: event.data.agentSessionId,
          wakeRequested: false,
        }),
        'wake',
        at,
      );
    case 'SandboxDiscarded':
      return withSandbox(state, { status: 'gone' });

    case 'CloseRequested':
      return { ...state, status: 'closing' };
    case 'ResourceReleased':
      return done(state, `release_${event.data.service}`, at);
    case 'ReleaseRetryRequested':
      return unparked(state);
    case 'SessionClosed':
      return { ...withSandbox(state, { status: 'gone' }), status: 'closed' };
    case 'SessionForgotten':
      return { ...done(state, 'forget', at), status: 'forgotten' };
    default:
      return unknownEvent(state, event);
  }
};

/** Compiles only while every event above is handled; an unknown stored type changes nothing. */
const unknownEvent = (state: SessionState, _event: never): SessionState => state;

const withStep = (state: SessionState, step: StepName, next: StepState): SessionState => ({
  ...state,
  steps: { ...state.steps, [step]: next },
});

/** Whatever kept an earlier commit from being pushed: this one is tried again. */
const worthPushing = (state: SessionState): SessionState =>
  stepOf(state, 'push').status === 'parked' ? withStep(state, 'push', { status: 'waiting' }) : state;

/**
 * A sandbox that was rebuilt stands at the last pushed commit, which may be an older one; at a new first one where
 * nothing had ever been pushed, and then the commits there were are gone.
 */
const standingAt = (state: SessionState, sha: string): SessionState => {
  const { history } = state;
  if (history === undefined || sha === history.at) return state;
  return isKnown(history, sha)
    ? { ...state, history: { ...history, at: sha } }
    : worthPushing({ ...state, history: { root: sha, at: sha, parentOf: {}, childOf: {} } });
};

/** A move that was given up on is over: it must not hold back turns, or another move. */
const parked = (
  state: SessionState,
  step: StepName,
  why: Omit<Extract<StepState, { status: 'parked' }>, 'status'>,
): SessionState => {
  const next = withStep(state, step, { status: 'parked', ...why });
  if (step !== 'history_move' || next.history === undefined) return next;
  const { move: _over, ...history } = next.history;
  return { ...next, history };
};

const done = (state: SessionState, step: StepName, at: Instant): SessionState => {
  const before = stepOf(state, step);
  return withStep(
    state,
    step,
    before.status === 'running'
      ? { status: 'done', startedAt: before.startedAt, endedAt: at, attempt: before.attempt }
      : { status: 'done', endedAt: at, attempt: 1 },
  );
};

const withSandbox = (state: SessionState, change: Partial<SandboxState>): SessionState => ({
  ...state,
  sandbox: { ...state.sandbox, ...change },
});

const withTurn = (
  state: SessionState,
  turnId: string,
  change: (turn: TurnState) => TurnState,
): SessionState => ({
  ...state,
  turns: state.turns.map((turn) => (turn.turnId === turnId ? change(turn) : turn)),
});

const provisioned = (
  state: SessionState,
  service: ServiceName,
  names: readonly string[],
  at: Instant,
): SessionState =>
  done({ ...state, provisioned: { ...state.provisioned, [service]: { names } } }, service, at);

/** Given up on until its owner asks for another: it is no longer in the env file's making, nor was anything pushed. */
const missing = (state: SessionState, service: ServiceName, error: StepError, at: Instant): SessionState => {
  const { pushed, ...rest } = parked(state, service, { attempt: 1, error, at });
  return {
    ...rest,
    ...(pushed === undefined || service === 'github' ? {} : { pushed }),
    ...(rest.env === undefined
      ? {}
      : { env: { ...rest.env, services: rest.env.services.filter((name) => name !== service) } }),
  };
};

const isOrWillBeDown = (state: SessionState): boolean =>
  state.sandbox.status === 'asleep' || state.sandbox.status === 'lost' || isGoingToSleep(state);

/**
 * A sandbox that went away before its session was ready has nothing worth keeping: its steps start again. After that
 * it is woken on its own files, or rebuilt.
 */
const sandboxGone = (state: SessionState, status: 'asleep' | 'lost'): SessionState => {
  const next = withSandbox(withStep(state, 'wake', { status: 'waiting' }), { status });
  if (state.readyAt !== undefined) return next;
  const { history: _restarted, ...rest } = next;
  const steps = { ...rest.steps };
  for (const step of SANDBOX_STEPS) delete steps[step];
  return { ...rest, steps, sandbox: { status: 'starting', wakeRequested: false } };
};

const unparked = (state: SessionState): SessionState => {
  const steps: Partial<Record<StepName, StepState>> = { ...state.steps };
  for (const [step, value] of Object.entries(steps) as [StepName, StepState][]) {
    if (isGivenUp(value)) steps[step] = { status: 'waiting' };
  }
  return { ...state, steps };
};
