import { ATTEMPTS_BEFORE_READY_WITHOUT, type StepName } from '../../steps.ts';
import { isDone, isGoingToSleep, type SessionState, stepOf } from '../state.ts';
import { isCheckpointing } from './checkpoints.ts';

/**
 * `forks` brings over what a session was forked with: the data first, so that the code that comes after it never meets an
 * empty database; a copy that fails does not hold the code back for long.
 */
export const forks = (state: SessionState): readonly StepName[] => {
  if (state.fork === undefined || state.readyAt === undefined || isCheckpointing(state)) return [];
  if (isBringingData(state)) return isHeldUp(state) ? ['fork_data', ...code(state)] : ['fork_data'];
  return code(state);
};

const code = (state: SessionState): readonly StepName[] =>
  isForkingCode(state) && state.sandbox.status === 'awake' && !isGoingToSleep(state) ? ['fork_code'] : [];

/** Failed so often that the code goes on without it. */
const isHeldUp = (state: SessionState): boolean => {
  const step = stepOf(state, 'fork_data');
  return (
    (step.status === 'failed' && step.attempt >= ATTEMPTS_BEFORE_READY_WITHOUT) ||
    (step.status === 'running' && step.attempt > ATTEMPTS_BEFORE_READY_WITHOUT)
  );
};

/**
 * Whether the data of the other session may still take the place of what is there. Once a turn has run, or a move was made, what is
 * there is this session's own.
 */
const isBringingData = (state: SessionState): boolean =>
  state.fork?.data === 'kept' && isPending(state, 'fork_data') && isDone(state, 'neon') && !isWorkedOn(state);

const isPending = (state: SessionState, step: StepName): boolean => {
  const { status } = stepOf(state, step);
  return status === 'waiting' || status === 'running' || status === 'failed';
};

/** Somebody has made something of it that bringing the rest over would replace. */
export const isWorkedOn = ({ turns, history, saved }: SessionState): boolean =>
  turns.some(({ attemptId }) => attemptId !== undefined) ||
  saved !== undefined ||
  Object.keys(history?.parentOf ?? {}).length > 0;

/** The code of a fork is not there yet, and was not given up on. */
export const isForkingCode = (state: SessionState): boolean =>
  state.fork !== undefined && isPending(state, 'fork_code');

/** Nothing else begins in a fork until it has what it was forked with, or that was given up on. */
export const isForking = (state: SessionState): boolean => isForkingCode(state) || isBringingData(state);
