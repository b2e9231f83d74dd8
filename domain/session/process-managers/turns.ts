import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { SessionEvent } from '../events.ts';
import type { Refusal } from '../refusals.ts';
import { isGoingToSleep, isUsable, nextTurn, runningTurn, type SessionState } from '../state.ts';
import { isCheckpointing } from './checkpoints.ts';
import { type Asking, isAbandoned, turnHeldUntil } from './due.ts';
import { isForking } from './forks.ts';

/** Milliseconds a turn may take in all; the bridge's idle watchdog is much sooner. */
export const TURN_LIMIT_MS = 30 * 60_000;
/** One page is written in one answer. */
export const QUICK_TURN_LIMIT_MS = 5 * 60_000;
/** A turn cut off by a crash is taken up once more, then given back to the visitor. */
export const MAX_TURN_ATTEMPTS = 2;
/**
 * Milliseconds without a word of a turn after which another server takes it over, where several share the log. Clocks of
 * servers have to agree to some seconds, as for every deadline; one that is off costs an attempt, never a double outcome.
 */
export const TURN_LEASE_MS = 45_000;
/** How long a turn may have nothing to say before its server says that it is still at it. */
export const TURN_RENEW_MS = 15_000;

export type DueTurn =
  | {
      readonly kind: 'start';
      readonly turnId: string;
      readonly attempt: number;
      /** The prompt that an attempt before has given to the agent, which may still be answering it. */
      readonly promptId?: string;
    }
  | { readonly kind: 'cancelled'; readonly turnId: string }
  | { readonly kind: 'interrupted'; readonly turnId: string };

/** `turns` watches a ready session: one turn at a time, in the order they came, and what a crash cut off again. */
export const dueTurn = (state: SessionState, asking: Asking): DueTurn | undefined => {
  if (state.status !== 'open' || !isUsable(state)) return undefined;
  const running = runningTurn(state);
  if (running !== undefined) {
    const { turnId, attempt, promptId, handedOver = 0 } = running;
    const held = { runner: running.runner ?? '', deadline: turnHeldUntil(running) };
    if (!isAbandoned(held, asking)) return undefined;
    if (running.status === 'cancelling') return { kind: 'cancelled', turnId };
    if (attempt - handedOver >= MAX_TURN_ATTEMPTS) return { kind: 'interrupted', turnId };
    const due = { kind: 'start', turnId, attempt: attempt + 1 } as const;
    if (!canStart(state)) return undefined;
    // Half a page is in nobody's hands: it is written anew.
    return promptId === undefined || state.mode === 'quick' ? due : { ...due, promptId };
  }
  const next = nextTurn(state);
  return next !== undefined && canStart(state)
    ? { kind: 'start', turnId: next.turnId, attempt: 1 }
    : undefined;
};

const canStart = (state: SessionState): boolean =>
  state.history?.move === undefined && (state.mode === 'quick' || canStartInSandbox(state));

const canStartInSandbox = (state: SessionState): boolean =>
  state.sandbox.status === 'awake' &&
  !isGoingToSleep(state) &&
  state.save === undefined &&
  !isForking(state) &&
  !isCheckpointing(state);

const limitOf = ({ mode }: SessionState): number => (mode === 'quick' ? QUICK_TURN_LIMIT_MS : TURN_LIMIT_MS);

/** What the agent did is committed, and the sandbox still stands at it: nobody has to do it again. */
const isCommitted = ({ turns, history }: SessionState, turnId: string): boolean => {
  const commit = turns.find((turn) => turn.turnId === turnId)?.commit;
  return commit !== undefined && commit.sha === history?.at;
};

const resumption = (
  state: SessionState,
  { turnId, promptId }: Extract<DueTurn, { kind: 'start' }>,
  heardOf: string | undefined,
) => {
  if (promptId !== undefined && promptId === heardOf) return { resumes: 'answer', promptId } as const;
  return isCommitted(state, turnId) ? ({ resumes: 'checks' } as const) : {};
};

/**
 * The intent of a turn, or the end of one that nobody can finish any more. `heardOf`: the prompt of an attempt before is
 * still kept in the sandbox, with all of its answer.
 */
export const decideDueTurn = (
  command: Asking & { readonly turnId: string; readonly attemptId: string; readonly heardOf?: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  const due = dueTurn(state, command);
  if (due === undefined || due.turnId !== command.turnId) return left({ tag: 'StepNotDue' });
  const { turnId } = due;
  switch (due.kind) {
    case 'start': {
      const deadline = new Date(Date.parse(command.now) + limitOf(state)).toISOString();
      const { attemptId, runner, exclusive } = command;
      return right([
        {
          type: 'TurnStarted',
          data: {
            turnId,
            attemptId,
            attempt: due.attempt,
            deadline,
            runner,
            ...(exclusive ? {} : { leaseMs: TURN_LEASE_MS }),
            ...resumption(state, due, command.heardOf),
          },
        },
      ]);
    }
    case 'cancelled':
      return right([{ type: 'TurnCancelled', data: { turnId } }]);
    case 'interrupted':
      return right([
        {
          type: 'TurnFailed',
          data: {
            turnId,
            error: {
              code: 'interrupted',
              message: isCommitted(state, turnId)
                ? 'The server stopped twice while the changes were being checked. They are committed: look at the preview.'
                : 'The server stopped twice while the agent was working. Send the message again.',
              retryable: true,
            },
          },
        },
      ]);
  }
};
