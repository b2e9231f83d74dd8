import type { StepName } from '../../steps.ts';
import { isDone, isGoingToSleep, nextTurn, runningTurn, type SessionState } from '../state.ts';
import { isCheckpointing } from './checkpoints.ts';
import type { Asking } from './due.ts';
import { isForkingCode } from './forks.ts';
import { isPushing, maySleep } from './idleness.ts';

/**
 * `lifecycle` brings a sandbox back when something wants it, moves its code, sees that every commit is pushed, and lets
 * it sleep when nobody uses it.
 */
export const lifecycle = (state: SessionState, asking: Asking): readonly StepName[] => {
  const { sandbox, history } = state;
  if (state.mode === 'quick') return forPage(state);
  if (state.readyAt === undefined) return [];
  if (sandbox.status === 'asleep' || sandbox.status === 'lost') return isWanted(state) ? ['wake'] : [];
  if (sandbox.status !== 'awake') return [];
  // Also when it is wanted again by now: it is half-way down, and only then can it be brought back.
  if (isGoingToSleep(state) || maySleep(state, asking)) return ['sleep'];
  const due: StepName[] = [];
  if (history?.move !== undefined && !isCheckpointing(state)) due.push('history_move');
  if (state.save !== undefined && !isCheckpointing(state)) due.push('file_save');
  const pushable = isDone(state, 'github') && history !== undefined && runningTurn(state) === undefined;
  if (
    pushable &&
    history.move === undefined &&
    state.save === undefined &&
    !isForkingCode(state) &&
    state.pushed !== history.at
  )
    due.push('push');
  return due;
};

/** A page needs no sandbox: what a failed attempt at a full app has left running sleeps until the next one. */
const forPage = ({ sandbox, history }: SessionState): readonly StepName[] => [
  ...(history?.move === undefined ? [] : (['history_move'] as const)),
  ...(sandbox.status === 'awake' ? (['sleep'] as const) : []),
];

/**
 * A pool entry is kept awake, so that it can serve; a visitor's sandbox only when there is something to do in it. A commit
 * that was not pushed before its server was killed is: until it is pushed, the files of the sandbox are all there is of it.
 */
const isWanted = (state: SessionState): boolean =>
  state.claim === undefined ||
  state.sandbox.wakeRequested ||
  nextTurn(state) !== undefined ||
  runningTurn(state) !== undefined ||
  state.history?.move !== undefined ||
  state.save !== undefined ||
  isForkingCode(state) ||
  (state.sandbox.status === 'asleep' && isPushing(state));

/**
 * Its processes were children of a server process that is no more. Known only where one server owns the data: there,
 * a sandbox that another process booted cannot be running any longer.
 */
export const diedWithItsServer = (state: SessionState, asking: Asking): boolean =>
  asking.exclusive &&
  state.status === 'open' &&
  state.sandbox.status === 'awake' &&
  state.sandbox.runner !== asking.runner;
