import type { StepName } from '../../steps.ts';
import { isDone, runningTurn, type SessionState, stepOf } from '../state.ts';

/**
 * `checkpoints` keeps the data of a session as it is at the end of each turn, and before the first. Its database is
 * outside its sandbox, which may sleep meanwhile.
 */
export const checkpoints = (state: SessionState): readonly StepName[] =>
  isWanted(state) && runningTurn(state) === undefined && !isReplacing(state) ? ['checkpoint'] : [];

/**
 * Other data, or other code, is about to take the place of what is there: a copy that is taken meanwhile would be of neither,
 * and would give up the copy that is made of what was there before.
 */
const isReplacing = (state: SessionState): boolean =>
  REPLACING.some((step) => stepOf(state, step).status === 'running');

/** What takes the place of data or code. */
const REPLACING: readonly StepName[] = ['history_move', 'fork_data', 'fork_code'];

/** Of steps that are due together: a checkpoint that failed is not tried again beside what does not wait for it. */
export const withoutLateCheckpoint = (due: readonly StepName[]): readonly StepName[] =>
  due.some((step) => REPLACING.includes(step)) ? due.filter((step) => step !== 'checkpoint') : due;

const isWanted = (state: SessionState): boolean => state.checkpointDue !== undefined && isDone(state, 'neon');

/**
 * A checkpoint that is due, or being taken: the next turn and the next move wait for it, or it would be of another
 * moment. They do not wait for one that failed: it is tried again for as long as nothing else begins. Nor does a turn that
 * was cut off, for which a checkpoint that became due meanwhile waits in its turn.
 */
export const isCheckpointing = (state: SessionState): boolean => {
  const { status } = stepOf(state, 'checkpoint');
  if (!isWanted(state)) return false;
  return (
    status === 'running' ||
    (runningTurn(state) === undefined && !isReplacing(state) && (status === 'waiting' || status === 'done'))
  );
};
