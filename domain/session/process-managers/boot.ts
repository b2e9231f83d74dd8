import type { Instant } from '../../envelope.ts';
import { SERVICES } from '../../services.ts';
import { ATTEMPTS_BEFORE_READY_WITHOUT, type StepName } from '../../steps.ts';
import { isDone, isGoingToSleep, type SessionState, stepOf } from '../state.ts';

/**
 * `boot` watches a planned session: the sandbox leg in its order, the four service legs beside it from the start, and
 * `/app/.env` when the sandbox is up and no leg is worth waiting for any longer.
 */
export const boot = (state: SessionState, now: Instant): readonly StepName[] => {
  if (state.mode === 'quick') return [];
  const due: StepName[] = [];
  const wants = (step: StepName, ...after: StepName[]) => {
    if (!isDone(state, step) && after.every((before) => isDone(state, before))) due.push(step);
  };
  if (state.readyAt === undefined) {
    wants('vm_boot');
    wants('acp_init', 'vm_boot');
    wants('acp_session', 'acp_init');
    wants('model_setup', 'acp_session');
    wants('git_setup', 'vm_boot');
  }
  if (state.residentialIp) wants('residential_ip', 'vm_boot');
  for (const service of SERVICES) wants(service);
  if (envIsDue(state, now)) due.push('env_write');
  return due;
};

/** The file is due once, and again whenever a late leg has something to add. */
const envIsDue = (state: SessionState, now: Instant): boolean => {
  if (state.sandbox.status !== 'awake' || isGoingToSleep(state)) return false;
  if (!isDone(state, 'git_setup')) return false;
  // A file that was written into a sandbox which went away before it was ready is as good as none.
  const isFirst = state.readyAt === undefined && !isDone(state, 'env_write');
  if (isFirst) return SERVICES.every((service) => isSettled(state, service, now));
  return isEnvOutOfDate(state);
};

/** A service or a value of the owner's is not in the file yet, or one that was given back still is. */
export const isEnvOutOfDate = (state: SessionState): boolean =>
  SERVICES.some((service) => isDone(state, service) && !state.env?.services.includes(service)) ||
  state.env?.services.some((service) => stepOf(state, service).status === 'skipped') === true ||
  Object.entries(state.replaced ?? {}).some(([name, { replaceId }]) => state.env?.own?.[name] !== replaceId);

/** Longer than it takes to be tried twice; what a provider asks us to wait beyond that, nobody waits for. */
const SHORT_MS = 5_000;
/** So long a sandbox that is up waits for what nobody is trying. */
const PATIENCE_MS = 15_000;

/** When a session that is not ready yet goes on without what nobody is trying: no event tells of it. */
export const patienceEnds = (state: SessionState): Instant | undefined => {
  const setUp = stepOf(state, 'git_setup');
  if (state.readyAt !== undefined || setUp.status !== 'done') return undefined;
  return new Date(Date.parse(setUp.endedAt) + PATIENCE_MS).toISOString();
};

/**
 * No longer worth waiting for: there, given up on, failed so often that the session goes on without it, or not to be tried
 * for a while, be it that its provider asks for that or that others come first.
 */
const isSettled = (state: SessionState, service: (typeof SERVICES)[number], now: Instant): boolean => {
  const step = stepOf(state, service);
  const ends = patienceEnds(state);
  const isLate = ends !== undefined && ends <= now;
  switch (step.status) {
    case 'done':
    case 'skipped':
    case 'parked':
      return true;
    case 'failed':
      return step.attempt >= ATTEMPTS_BEFORE_READY_WITHOUT || isLate || isFarOff(step.retryAt, now);
    case 'running':
      return step.attempt > ATTEMPTS_BEFORE_READY_WITHOUT;
    case 'waiting':
      return isLate;
  }
};

const isFarOff = (retryAt: Instant, now: Instant): boolean =>
  Date.parse(retryAt) - Date.parse(now) > SHORT_MS;
