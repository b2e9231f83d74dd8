import type { Instant } from '../../envelope.ts';
import { SERVICES } from '../../services.ts';
import { releaseOf, type StepName } from '../../steps.ts';
import { type SessionState, stepOf, type TurnState } from '../state.ts';
import { boot, patienceEnds } from './boot.ts';
import { checkpoints, withoutLateCheckpoint } from './checkpoints.ts';
import { forks } from './forks.ts';
import type { LifePolicy, Presence } from './idleness.ts';
import { givenBack, janitor } from './janitor.ts';
import { lifecycle } from './lifecycle.ts';

/** When, and by whom, the question is asked; how long what is not used is kept, and who was seen using it. */
export type Asking = {
  readonly now: Instant;
  readonly runner: string;
  readonly exclusive: boolean;
  readonly policy?: LifePolicy;
  readonly presence?: Presence;
};

/**
 * The to-do list of a session: every step whose turn it is and which nobody is working on. A pure function of the
 * folded session, so that after a crash the same list appears again.
 */
export const dueSteps = (state: SessionState, asking: Asking): readonly StepName[] => {
  switch (state.status) {
    case 'open':
      return [
        ...withoutLateCheckpoint(openSteps(state, asking).filter((step) => isFree(state, step, asking))),
        ...givenBack(state).filter((step) => mayRelease(state, step, asking)),
      ];
    case 'closing':
    case 'closed':
      return janitor(state).filter((step) => mayRelease(state, step, asking));
    default:
      return [];
  }
};

const openSteps = (state: SessionState, asking: Asking): readonly StepName[] => [
  ...boot(state, asking.now),
  ...forks(state),
  ...checkpoints(state),
  ...lifecycle(state, asking),
];

const mayRelease = (state: SessionState, step: StepName, asking: Asking): boolean =>
  isFree(state, step, asking) && !isBeingMade(state, step, asking);

/** Nobody is working on the step: not started, its retry time has come, or its attempt was abandoned. */
const isFree = (state: SessionState, step: StepName, asking: Asking): boolean => {
  const current = stepOf(state, step);
  switch (current.status) {
    case 'waiting':
    case 'done':
      return true;
    case 'failed':
      return current.retryAt <= asking.now;
    case 'running':
      return isAbandoned(current, asking);
    default:
      return false;
  }
};

/**
 * What an attempt may still bring into being is released after its deadline, or it would be left over: a provider goes
 * on with what a killed server has asked for.
 */
const isBeingMade = (state: SessionState, release: StepName, { now }: Asking): boolean =>
  MAKERS.some((maker) => {
    const current = stepOf(state, maker);
    return releaseOf(maker) === release && current.status === 'running' && current.deadline > now;
  });

const MAKERS: readonly StepName[] = [
  'vm_boot',
  'wake',
  'checkpoint',
  'history_move',
  'fork_data',
  ...SERVICES,
];

/**
 * Who started the attempt no longer can finish it: the deadline has passed, or the process that ran it is gone (known
 * at once only where a single server owns the data).
 */
export const isAbandoned = (
  attempt: { readonly runner: string; readonly deadline: Instant },
  asking: Asking,
): boolean => (asking.exclusive && attempt.runner !== asking.runner) || attempt.deadline <= asking.now;

/** When a turn is no longer its server's: at its deadline, or earlier, when nothing was heard of it for its lease. */
export const turnHeldUntil = ({ deadline = '', lease }: TurnState): Instant => {
  if (lease === undefined) return deadline;
  const lapses = new Date(Date.parse(lease.heardAt) + lease.ms).toISOString();
  return lapses < deadline ? lapses : deadline;
};

/**
 * The next moment at which `dueSteps` (or `dueTurn`) may answer differently although nothing happened. What has passed
 * is in their answer already: whoever waits for it again would wait in circles.
 */
export const nextMoment = (state: SessionState, now: Instant): Instant | undefined => {
  const moments: Instant[] = [patienceEnds(state) ?? now];
  for (const step of Object.values(state.steps)) {
    if (step.status === 'failed') moments.push(step.retryAt);
    if (step.status === 'running') moments.push(step.deadline);
  }
  for (const turn of state.turns) {
    if ((turn.status === 'running' || turn.status === 'cancelling') && turn.deadline)
      moments.push(turnHeldUntil(turn));
  }
  return moments.filter((moment) => moment > now).sort()[0];
};
