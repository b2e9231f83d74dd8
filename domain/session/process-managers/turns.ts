import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { SessionEvent } from '../events.ts';
import type { Refusal } from '../refusals.ts';
import { isGoingToSleep, nextTurn, runningTurn, type SessionState } from '../state.ts';
import { type Asking, isAbandoned } from './due.ts';

/** Milliseconds a turn may take in all; the bridge's idle watchdog is much sooner. */
export const TURN_LIMIT_MS = 30 * 60_000;
/** A turn cut off by a crash is given to the agent once more, then to the visitor. */
export const MAX_TURN_ATTEMPTS = 2;

export type DueTurn =
  | { readonly kind: 'start'; readonly turnId: string; readonly attempt: number }
  | { readonly kind: 'cancelled'; readonly turnId: string }
  | { readonly kind: 'interrupted'; readonly turnId: string };

/** `turns` watches a ready session: one turn at a time, in the order they came, and what a crash cut off again. */
export const dueTurn = (state: SessionState, asking: Asking): DueTurn | undefined => {
  if (state.status !== 'open' || state.readyAt === undefined) return undefined;
  const running = runningTurn(state);
  if (running !== undefined) {
    const attempt = { runner: running.runner ?? '', deadline: running.deadline ?? '' };
    if (!isAbandoned(attempt, asking)) return undefined;
    if (running.status === 'cancelling') return { kind: 'cancelled', turnId: running.turnId };
    if (running.attempt >= MAX_TURN_ATTEMPTS) return { kind: 'interrupted', turnId: running.turnId };
    return canStart(state)
      ? { kind: 'start', turnId: running.turnId, attempt: running.attempt + 1 }
      : undefined;
  }
  const next = nextTurn(state);
  return next !== undefined && canStart(state)
    ? { kind: 'start', turnId: next.turnId, attempt: 1 }
    : undefined;
};

const canStart = (state: SessionState): boolean =>
  state.sandbox.status === 'awake' && !isGoingToSleep(state) && state.history?.move === undefined;

/** The intent of a turn, or the end of one that nobody can finish any more. */
export const decideDueTurn = (
  command: Asking & { readonly turnId: string; readonly attemptId: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  const due = dueTurn(state, command);
  if (due === undefined || due.turnId !== command.turnId) return left({ tag: 'StepNotDue' });
  const { turnId } = due;
  switch (due.kind) {
    case 'start': {
      const deadline = new Date(Date.parse(command.now) + TURN_LIMIT_MS).toISOString();
      const { attemptId, runner } = command;
      return right([
        { type: 'TurnStarted', data: { turnId, attemptId, attempt: due.attempt, deadline, runner } },
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
              message: 'The server stopped twice while the agent was working. Send the message again.',
              retryable: true,
            },
          },
        },
      ]);
  }
};
