import { SERVICES, type ServiceName } from '../../domain/services.ts';
import { RELEASED_BY_OWNER } from '../../domain/session/changes.ts';
import type { StepEvent } from '../../domain/session/events.ts';
import type { BootStep, StepError } from '../../domain/steps.ts';
import type { ChecklistStep, ServiceView, SessionView } from '../views.ts';
import { failedToCome, isForkStep } from './fork.ts';
import { dataLost, noHistory, stayed } from './history.ts';

export const withStep = (
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

export const done = (view: SessionView, name: BootStep, at: string): SessionView =>
  withStep(view, name, ({ step, attempt, startedAt }) => ({
    step,
    attempt,
    status: 'done',
    endedAt: at,
    ...(startedAt === undefined ? {} : { startedAt }),
  }));

export const provisioned = (
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

export const withService = (
  view: SessionView,
  name: ServiceName | 'sandbox',
  change: (service: ServiceView) => ServiceView,
): SessionView => ({
  ...view,
  services: view.services.map((service) => (service.service === name ? change(service) : service)),
});

/** Given back while the session goes on; what a session that ends gives back is nothing its page shows. */
export const released = (view: SessionView, name: ServiceName | 'sandbox'): SessionView => {
  if (view.phase === 'closing' || view.phase === 'closed' || name === 'sandbox') return view;
  const without = withService(view, name, ({ service, status }) => ({
    service,
    status,
    names: [],
    facts: {},
  }));
  const history = name === 'neon' ? dataLost(without.history) : without.history;
  return withStep({ ...untroubled(without), history }, name, ({ step, attempt }) => ({
    step,
    attempt,
    status: 'skipped',
    reason: RELEASED_BY_OWNER,
  }));
};

/** A move or a save that was given up on is over: the code stays where it is. */
const givenUp = (view: SessionView, step: string, error: StepError): SessionView =>
  step === 'file_save' && view.save !== undefined
    ? { ...view, save: { saveId: view.save.saveId, status: 'refused', error } }
    : step === 'history_move'
      ? { ...view, history: stayed(view.history) }
      : view;

/** Steps outside the checklist have nowhere else to show that they fail. */
const troubled = (
  view: SessionView,
  step: string,
  error: NonNullable<SessionView['trouble']>,
): SessionView => {
  // Those of a fork are shown with it.
  if (isForkStep(step) || view.checklist.some((entry) => entry.step === step)) return view;
  const back = step === 'wake' ? ({ ...view, sandbox: 'asleep' } as const) : view;
  return { ...back, trouble: error };
};

export const untroubled = (view: SessionView): SessionView => {
  const { trouble: _over, ...rest } = view;
  return rest;
};

export const asleep = (view: SessionView, sandbox: 'asleep' | 'lost'): SessionView => {
  if (view.mode === undefined && (view.phase === 'ready' || view.readyAt !== undefined))
    return { ...view, sandbox };
  const services = new Set<string>(SERVICES);
  const checklist = view.checklist.map((entry) =>
    services.has(entry.step) ? entry : ({ step: entry.step, status: 'waiting', attempt: 0 } as const),
  );
  if (view.mode !== undefined)
    return { ...view, sandbox: view.mode === 'quick' ? 'none' : 'booting', checklist };
  return { ...view, sandbox: 'booting', checklist, history: noHistory };
};

/** It boots anew, before anybody was given it; its services stay. */
export const renewed = (
  { readyAt: _before, ...view }: SessionView,
  model: string,
  plannedAt: string,
): SessionView => asleep({ ...view, phase: 'booting', missing: [], model, plannedAt }, 'lost');

/** An attempt at a step, and what became of it, but for its success: that is an event of its own. */
export const evolveStep = (view: SessionView, event: StepEvent, at: string): SessionView => {
  switch (event.type) {
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
      const tried = { ...view, ...failedToCome(view.fork, step, error, retryAt === undefined) };
      return troubled(
        withStep(retryAt === undefined ? givenUp(tried, step, error) : tried, step, (before) => ({
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
      const tried = { ...view, ...failedToCome(view.fork, step, error, true) };
      const parked = withStep(tried, step, ({ retryAt: _over, ...before }) => ({
        ...before,
        status: 'parked',
        attempt,
        error,
        endedAt: at,
      }));
      return troubled(givenUp(parked, step, error), step, error);
    }
    case 'StepSkipped':
      return withStep(view, event.data.step, ({ step, attempt }) => ({
        step,
        attempt,
        status: 'skipped',
        reason: event.data.reason,
      }));
  }
};
