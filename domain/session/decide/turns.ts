import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { SessionEvent } from '../events.ts';
import type { Refusal } from '../refusals.ts';
import type { SessionState } from '../state.ts';

/** Characters a prompt may have. */
export const MAX_PROMPT_CHARS = 8_000;
/** Turns that may wait behind the running one. */
export const MAX_QUEUED_TURNS = 20;

export const checkPrompt = (prompt: string): Either<Refusal, string> => {
  const trimmed = prompt.trim();
  if (trimmed === '') return left({ tag: 'PromptEmpty' });
  if (trimmed.length > MAX_PROMPT_CHARS) return left({ tag: 'PromptTooLong', max: MAX_PROMPT_CHARS });
  return right(trimmed);
};

export const decideSubmitTurn = (
  command: { readonly turnId: string; readonly prompt: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  if (state.turns.some((turn) => turn.turnId === command.turnId)) return right([]);
  const queued = state.turns.filter((turn) => turn.status === 'queued').length;
  if (queued >= MAX_QUEUED_TURNS) return left({ tag: 'TooManyQueued', max: MAX_QUEUED_TURNS });
  const prompt = checkPrompt(command.prompt);
  if (prompt._tag === 'Left') return prompt;
  return right([{ type: 'TurnSubmitted', data: { turnId: command.turnId, prompt: prompt.right } }]);
};

/** A queued turn is cancelled at once; a running one is asked to stop and says itself when it has. */
export const decideCancelTurn = (
  command: { readonly turnId: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  const turn = state.turns.find(({ turnId }) => turnId === command.turnId);
  if (turn === undefined) return left({ tag: 'TurnUnknown' });
  switch (turn.status) {
    case 'queued':
      return right([{ type: 'TurnCancelled', data: { turnId: turn.turnId } }]);
    case 'running':
      return right([{ type: 'TurnCancelRequested', data: { turnId: turn.turnId } }]);
    default:
      return right([]);
  }
};

type TurnFact = Extract<SessionEvent, { data: { turnId: string } }>;

/**
 * What an attempt of a turn reports is recorded only while that attempt is the current one, and never after a session
 * was closed: its history ends there.
 */
export const decideRecordTurn = (
  command: { readonly turnId: string; readonly attemptId: string; readonly facts: readonly TurnFact[] },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  const turn = state.turns.find(({ turnId }) => turnId === command.turnId);
  if (turn === undefined) return left({ tag: 'TurnUnknown' });
  const isOver = state.status === 'closed' || state.status === 'forgotten';
  const isCurrent =
    turn.attemptId === command.attemptId && (turn.status === 'running' || turn.status === 'cancelling');
  return isCurrent && !isOver ? right(command.facts) : left({ tag: 'AttemptSuperseded' });
};
