import { ERASED } from '../../domain/envelope.ts';
import { SERVICES } from '../../domain/services.ts';
import { isAside } from '../../domain/session/checkpoints.ts';
import { BOOT_STEPS } from '../../domain/steps.ts';
import { asSessionEvent, type KnownSessionEvent } from '../known-event.ts';
import type { PublicEvent } from '../live.ts';
import type { SessionView } from '../views.ts';
import { seen, takenBack, turnSubmitted } from './app-errors.ts';
import { cameOver, forgottenFork, forked, retried, workedOn } from './fork.ts';
import {
  checkpointed,
  committed,
  dataLost,
  forgotten,
  forkedAt,
  moveAsked,
  moved,
  noHistory,
  pushed,
  standingAt,
} from './history.ts';
import { forgottenMail, mailAfter } from './mail.ts';
import { asQuickPage, ready, repoInitialised, upgrading } from './quick.ts';
import { budgetSet, callStarted, exhausted, noSpending, used } from './spending.ts';
import {
  asleep,
  done,
  evolveStep,
  provisioned,
  released,
  renewed,
  untroubled,
  withService,
  withStep,
} from './steps.ts';

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

const planned = (event: Of<'SessionPlanned'>): SessionView =>
  event.data.mode === 'quick' ? asQuickPage(plannedApp(event)) : plannedApp(event);

const plannedApp = ({ data, at, pos }: Of<'SessionPlanned'>): SessionView => ({
  sessionId: data.sessionId,
  slug: data.slug,
  revision: pos,
  phase: 'booting',
  sandbox: 'booting',
  plannedAt: at,
  missing: [],
  model: data.model,
  models: [],
  spending: noSpending,
  checklist: BOOT_STEPS.filter((step) => step !== 'residential_ip' || data.residentialIp).map((step) => ({
    step,
    status: 'waiting',
    attempt: 0,
  })),
  services: SERVICES.map((service) => ({ service, status: 'waiting', names: [], facts: {} })),
  env: { version: 0, names: [] },
  history: noHistory,
  queuedTurns: 0,
  appErrors: [],
  title: '',
});

const evolve = (view: SessionView, event: KnownSessionEvent): SessionView => {
  const { at } = event;
  switch (event.type) {
    case 'SandboxClaimed':
      return { ...view, source: event.data.source, claimedAt: at };

    case 'SessionForked': {
      const title = shortened(`Fork of ${event.data.title}`);
      return { ...view, fork: forked(event.data, at), title: view.title === '' ? title : view.title };
    }
    case 'DataForked':
      return { ...view, ...cameOver(view.fork, 'data') };
    case 'CodeForked': {
      const history = forkedAt(view.history, event.data.sha);
      return { ...view, ...cameOver(view.fork, 'code'), history };
    }
    case 'ForkRetryRequested':
      return { ...view, ...retried(view.fork) };

    case 'StepStarted':
    case 'StepFailed':
    case 'StepParked':
    case 'StepSkipped':
      return evolveStep(view, event, at);

    case 'SandboxBooted':
      return done({ ...view, sandbox: 'awake', isolation: event.data.isolation }, 'vm_boot', at);
    case 'AgentInitialized':
      return done({ ...view, agent: event.data.agent }, 'acp_init', at);
    case 'AgentSessionOpened':
      return done({ ...view, models: event.data.models ?? [] }, 'acp_session', at);
    case 'ModelSelected':
      return done(view, 'model_setup', at);
    case 'ModelRequested':
      return { ...view, model: event.data.model };
    case 'ModelCallStarted':
      return { ...view, spending: callStarted(view.spending, event.data.budgetMicros) };
    case 'UsageRecorded':
      return { ...view, spending: used(view.spending, event.data) };
    case 'BudgetExhausted':
      return { ...view, spending: exhausted(view.spending, event.data, at) };
    case 'BudgetSet':
      return { ...view, spending: budgetSet(view.spending, event.data.budgetMicros) };
    case 'ResidentialIpAssigned':
      return done(view, 'residential_ip', at);
    case 'RepoInitialized':
      return repoInitialised(view, event.data, at);

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
    case 'ServiceReleaseRequested':
      return untroubled(
        withService(view, event.data.service, (service) => ({ ...service, releasing: true })),
      );
    case 'ResourceReleased':
      return released(view, event.data.service);
    case 'ResourceMissing': {
      const { service, error } = event.data;
      const missing = [...view.missing.filter((name) => name !== service), service];
      const history = service === 'neon' ? dataLost(view.history) : view.history;
      return withStep({ ...view, missing, history }, service, ({ step }) => ({
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
      return ready(view, event.data, at);
    case 'UpgradeRequested':
      return upgrading(view, at);
    case 'UpgradeFailed':
      return {
        ...view,
        mode: 'quick',
        phase: view.phase === 'booting' ? 'ready' : view.phase,
        upgradeError: event.data.error,
      };

    case 'TurnSubmitted':
      return {
        ...view,
        queuedTurns: view.queuedTurns + 1,
        appErrors: turnSubmitted(view.appErrors, event.data),
        title: view.title === '' ? shortened(event.data.prompt) : view.title,
      };
    case 'TurnStarted':
      return {
        ...view,
        ...workedOn(view.fork),
        runningTurn: event.data.turnId,
        queuedTurns: event.data.attempt === 1 ? Math.max(0, view.queuedTurns - 1) : view.queuedTurns,
      };
    case 'TurnCommitted':
      return { ...view, history: committed(view.history, event.data, at) };
    case 'TurnFinished':
    case 'TurnFailed':
      return turnEnded(view, event.data.turnId);
    case 'FileSaveRequested':
      return { ...view, save: { saveId: event.data.saveId, status: 'saving' } };
    case 'FileSaved': {
      const { saveId, sha } = event.data;
      const commit = { ...event.data, turnId: saveId, by: 'owner' } as const;
      const next = {
        ...untroubled(view),
        ...workedOn(view.fork),
        history: committed(view.history, commit, at),
      };
      return { ...next, save: { saveId, status: 'saved', sha } };
    }
    case 'FileSaveRefused': {
      const { saveId, error } = event.data;
      return { ...untroubled(view), save: { saveId, status: 'refused', error } };
    }

    case 'TurnCancelled': {
      const appErrors = takenBack(view.appErrors, event.data.turnId);
      return turnEnded({ ...view, appErrors }, event.data.turnId);
    }
    case 'AppErrorSeen':
      return { ...view, appErrors: seen(view.appErrors, event.data, at) };
    case 'CommitPushed':
      return { ...untroubled(view), history: pushed(view.history, event.data.sha) };

    case 'CheckpointTaken': {
      const next = { ...view, history: checkpointed(view.history, event.data, at) };
      return isAside(event.data.reason) ? next : untroubled(next);
    }
    case 'HistoryMoveRequested':
      return { ...view, history: moveAsked(view.history, event.data) };
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
    case 'RenewalRequested':
      return renewed(view, event.data.model, at);
    case 'CloseRequested':
      return { ...view, phase: 'closing' };
    case 'SessionClosed':
      return { ...view, phase: 'closed', sandbox: 'gone' };
    case 'MailRequested':
    case 'MailSent':
    case 'MailRefused':
    case 'MailVerificationRequested':
    case 'MailVerificationFailed':
    case 'MailAddressVerified':
      return { ...view, mail: mailAfter(view.mail, event, at) };
    case 'SessionForgotten':
      return {
        ...view,
        title: ERASED,
        history: forgotten(view.history),
        ...forgottenFork(view.fork),
        appErrors: [],
        ...(view.mail === undefined ? {} : { mail: forgottenMail(view.mail) }),
      };
    default:
      return view;
  }
};

const shortened = (prompt: string): string => {
  const line = prompt.replace(/\s+/g, ' ').trim();
  return line.length > TITLE_CHARS ? `${line.slice(0, TITLE_CHARS - 1)}…` : line;
};

const turnEnded = (view: SessionView, turnId: string): SessionView => {
  if (view.runningTurn !== turnId) return { ...view, queuedTurns: Math.max(0, view.queuedTurns - 1) };
  const { runningTurn: _ended, ...rest } = view;
  return rest;
};
