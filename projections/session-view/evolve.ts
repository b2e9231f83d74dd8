import { ERASED } from '../../domain/envelope.ts';
import { SERVICES, type ServiceName } from '../../domain/services.ts';
import { BOOT_STEPS, type BootStep } from '../../domain/steps.ts';
import { asSessionEvent, type KnownSessionEvent } from '../known-event.ts';
import type { PublicEvent } from '../live.ts';
import type { ChecklistStep, ServiceView, SessionView } from '../views.ts';
import {
  committed,
  forgotten,
  initialised,
  moved,
  noHistory,
  pushed,
  standingAt,
  stayed,
} from './history.ts';

const TITLE_CHARS = 80;

/**
 * The session page after one more event. Pure, and used on both sides of the wire: by the projector, and by the
 * browser on the events it receives. `undefined` until the session was planned, and again never.
 */
export const evolveSessionView = (
  view: SessionView | undefined,
  published: PublicEvent,
): SessionView | undefined => {
  const event = asSessionEvent(published);
  if (event.type === 'SessionPlanned') return planned(event);
  if (view === undefined) return undefined;
  return { ...evolve(view, event), revision: event.pos };
};

type Of<T extends KnownSessionEvent['type']> = Extract<KnownSessionEvent, { type: T }>;

const planned = ({ data, at, pos }: Of<'SessionPlanned'>): SessionView => ({
  sessionId: data.sessionId,
  slug: data.slug,
  revision: pos,
  phase: 'booting',
  sandbox: 'booting',
  plannedAt: at,
  missing: [],
  model: data.model,
  checklist: BOOT_STEPS.filter((step) => step !== 'residential_ip' || data.residentialIp).map((step) => ({
    step,
    status: 'waiting',
    attempt: 0,
  })),
  services: SERVICES.map((service) => ({ service, status: 'waiting', names: [], facts: {} })),
  env: { version: 0, names: [] },
  history: noHistory,
  queuedTurns: 0,
  title: '',
});

const evolve = (view: SessionView, event: KnownSessionEvent): SessionView => {
  const { at } = event;
  switch (event.type) {
    case 'SandboxClaimed':
      return { ...view, source: event.data.source, claimedAt: at };

    case 'StepStarted': {
      const { step, attempt } = event.data;
      const running = step === 'wake' ? ({ ...view, sandbox: 'waking' } as const) : view;
      return withStep(running, step, (before) => ({
        step: before.step,
        status: 'running',
        attempt,
        startedAt: at,
      }));
    }
    case 'StepFailed': {
      const { step, attempt, error, retryAt } = event.data;
      const status = retryAt === undefined ? 'parked' : 'failed';
      return troubled(
        withStep(retryAt === undefined ? givenUp(view, step) : view, step, (before) => ({
          ...before,
          status,
          attempt,
          error,
          endedAt: at,
          ...(retryAt === undefined ? {} : { retryAt }),
        })),
        step,
        error,
      );
    }
    case 'StepParked': {
      const { step, attempt, error } = event.data;
      const parked = withStep(view, step, ({ retryAt: _over, ...before }) => ({
        ...before,
        status: 'parked',
        attempt,
        error,
        endedAt: at,
      }));
      return troubled(givenUp(parked, step), step, error);
    }
    case 'StepSkipped':
      return withStep(view, event.data.step, ({ step, attempt }) => ({
        step,
        attempt,
        status: 'skipped',
        reason: event.data.reason,
      }));

    case 'SandboxBooted':
      return done({ ...view, sandbox: 'awake', isolation: event.data.isolation }, 'vm_boot', at);
    case 'AgentInitialized':
      return done({ ...view, agent: event.data.agent }, 'acp_init', at);
    case 'AgentSessionOpened':
      return done(view, 'acp_session', at);
    case 'ModelSelected':
      return done({ ...view, model: event.data.model }, 'model_setup', at);
    case 'ResidentialIpAssigned':
      return done(view, 'residential_ip', at);
    case 'RepoInitialized':
      return done({ ...view, history: initialised(event.data.sha) }, 'git_setup', at);

    case 'PosthogTagged':
      return provisioned(view, 'posthog', event.data, at);
    case 'NeonProvisioned':
      return provisioned(view, 'neon', event.data, at);
    case 'ResendProvisioned':
      return provisioned(view, 'resend', event.data, at);
    case 'GithubProvisioned':
      return provisioned(view, 'github', event.data, at);
    case 'ServiceRetryRequested':
      return withStep(view, event.data.service, ({ step }) => ({ step, status: 'waiting', attempt: 0 }));
    case 'ResourceMissing': {
      const { service, error } = event.data;
      const missing = [...view.missing.filter((name) => name !== service), service];
      return withStep({ ...view, missing }, service, ({ step }) => ({
        step,
        status: 'parked',
        attempt: 1,
        error,
        endedAt: at,
      }));
    }

    case 'EnvWritten': {
      const { version, names, services } = event.data;
      const missing =
        view.readyAt === undefined ? view.missing : SERVICES.filter((name) => !services.includes(name));
      return done({ ...view, env: { version, names }, missing }, 'env_write', at);
    }
    case 'SessionReady':
      return { ...view, phase: 'ready', readyAt: at, missing: event.data.missing };

    case 'TurnSubmitted':
      return {
        ...view,
        queuedTurns: view.queuedTurns + 1,
        title: view.title === '' ? shortened(event.data.prompt) : view.title,
      };
    case 'TurnStarted':
      return {
        ...view,
        runningTurn: event.data.turnId,
        queuedTurns: event.data.attempt === 1 ? Math.max(0, view.queuedTurns - 1) : view.queuedTurns,
      };
    case 'TurnCommitted':
      return { ...view, history: committed(view.history, event.data, at) };
    case 'TurnFinished':
    case 'TurnFailed':
    case 'TurnCancelled':
      return turnEnded(view, event.data.turnId);
    case 'CommitPushed':
      return { ...untroubled(view), history: pushed(view.history, event.data.sha) };

    case 'HistoryMoveRequested': {
      const { to, kind } = event.data;
      return { ...view, history: { ...view.history, moving: { to, kind } } };
    }
    case 'HistoryMoved':
      return { ...untroubled(view), history: moved(view.history, event.data.from, event.data.to) };

    case 'SandboxSlept':
      return asleep(view, 'asleep');
    case 'SandboxLost':
      return asleep(view, 'lost');
    case 'SandboxWoken':
      return {
        ...untroubled(view),
        sandbox: 'awake',
        history: standingAt(view.history, event.data.sha),
      };
    case 'SandboxDiscarded':
      return { ...view, sandbox: 'gone' };
    case 'CloseRequested':
      return { ...view, phase: 'closing' };
    case 'SessionClosed':
      return { ...view, phase: 'closed', sandbox: 'gone' };
    case 'SessionForgotten':
      return { ...view, title: ERASED, history: forgotten(view.history) };
    default:
      return view;
  }
};

const shortened = (prompt: string): string => {
  const line = prompt.replace(/\s+/g, ' ').trim();
  return line.length > TITLE_CHARS ? `${line.slice(0, TITLE_CHARS - 1)}…` : line;
};

const withStep = (
  view: SessionView,
  name: string,
  change: (step: ChecklistStep) => ChecklistStep,
): SessionView => {
  const checklist = view.checklist.map((step) => (step.step === name ? change(step) : step));
  const status = checklist.find(({ step }) => step === name)?.status;
  const services =
    status === undefined
      ? view.services
      : view.services.map((service) => (service.service === name ? { ...service, status } : service));
  return { ...view, checklist, services };
};

const done = (view: SessionView, name: BootStep, at: string): SessionView =>
  withStep(view, name, ({ step, attempt, startedAt }) => ({
    step,
    attempt,
    status: 'done',
    endedAt: at,
    ...(startedAt === undefined ? {} : { startedAt }),
  }));

const provisioned = (
  view: SessionView,
  name: ServiceName,
  data: {
    readonly provider: string;
    readonly names: readonly string[];
    readonly facts: ServiceView['facts'];
  },
  at: string,
): SessionView => {
  const { provider, names, facts } = data;
  const next = done(view, name, at);
  const services = next.services.map((service) =>
    service.service === name ? { ...service, provider, names, facts } : service,
  );
  return { ...next, services };
};

const turnEnded = (view: SessionView, turnId: string): SessionView => {
  if (view.runningTurn !== turnId) return { ...view, queuedTurns: Math.max(0, view.queuedTurns - 1) };
  const { runningTurn: _ended, ...rest } = view;
  return rest;
};

/** A move that was given up on is over: the code stays where it is. */
const givenUp = (view: SessionView, step: string): SessionView =>
  step === 'history_move' ? { ...view, history: stayed(view.history) } : view;

/** Steps outside the checklist have nowhere else to show that they fail. */
const troubled = (
  view: SessionView,
  step: string,
  error: NonNullable<SessionView['trouble']>,
): SessionView => {
  if (view.checklist.some((entry) => entry.step === step)) return view;
  const back = step === 'wake' ? ({ ...view, sandbox: 'asleep' } as const) : view;
  return { ...back, trouble: error };
};

const untroubled = (view: SessionView): SessionView => {
  const { trouble: _over, ...rest } = view;
  return rest;
};

const asleep = (view: SessionView, sandbox: 'asleep' | 'lost'): SessionView => {
  if (view.phase === 'ready' || view.readyAt !== undefined) return { ...view, sandbox };
  const services = new Set<string>(SERVICES);
  const checklist = view.checklist.map((entry) =>
    services.has(entry.step) ? entry : ({ step: entry.step, status: 'waiting', attempt: 0 } as const),
  );
  return { ...view, sandbox: 'booting', checklist, history: noHistory };
};
