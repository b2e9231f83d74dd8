import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { StepError } from '../../steps.ts';
import type { Attachment, BudgetScope, SessionEvent } from '../events.ts';
import { MAX_PICTURES } from '../pictures.ts';
import type { Refusal } from '../refusals.ts';
import type { SessionState } from '../state.ts';
import { whyNoFix } from './app-errors.ts';

/** Characters a prompt may have. */
export const MAX_PROMPT_CHARS = 8_000;
/** Turns that may wait behind the running one. */
export const MAX_QUEUED_TURNS = 20;
/** How often the agent is told what the checks of one turn found; afterwards the visitor is. */
export const MAX_CORRECTIONS = 3;

export const checkPrompt = (prompt: string): Either<Refusal, string> => {
  const trimmed = prompt.trim();
  if (trimmed === '') return left({ tag: 'PromptEmpty' });
  if (trimmed.length > MAX_PROMPT_CHARS) return left({ tag: 'PromptTooLong', max: MAX_PROMPT_CHARS });
  return right(trimmed);
};

export const decideSubmitTurn = (
  command: {
    readonly turnId: string;
    readonly prompt: string;
    readonly fixes?: string;
    readonly attachments?: readonly Attachment[];
  },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  if (state.turns.some((turn) => turn.turnId === command.turnId)) return right([]);
  const { turnId, fixes, attachments = [] } = command;
  const why = fixes === undefined ? undefined : whyNoFix(state, fixes);
  if (why !== undefined) return left(why);
  const queued = state.turns.filter((turn) => turn.status === 'queued').length;
  if (queued >= MAX_QUEUED_TURNS) return left({ tag: 'TooManyQueued', max: MAX_QUEUED_TURNS });
  if (attachments.length > 0 && state.mode === 'quick') return left({ tag: 'PicturesNeedApp' });
  if (attachments.length > MAX_PICTURES) return left({ tag: 'TooManyPictures', max: MAX_PICTURES });
  const prompt = checkPrompt(command.prompt);
  if (prompt._tag === 'Left') return prompt;
  const data = {
    turnId,
    prompt: prompt.right,
    ...(fixes === undefined ? {} : { fixes }),
    ...(attachments.length === 0 ? {} : { attachments }),
  };
  return right([{ type: 'TurnSubmitted', data }]);
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

/** What an attempt may report: whatever names its turn, and what the agent says it used. */
export type TurnFact =
  | Extract<SessionEvent, { data: { turnId: string } }>
  | Extract<SessionEvent, { type: 'UsageRecorded' }>;

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
  if (!isCurrent || isOver) return left({ tag: 'AttemptSuperseded' });
  return right(command.facts.map((fact) => asTheModelLeftIt(fact, state)));
};

/**
 * A turn whose last call to the model was refused did not end as the agent says, which only knows that it got no answer:
 * what it says of it, if it says anything, is no more than the words of an error.
 */
const asTheModelLeftIt = (fact: TurnFact, { spending }: SessionState): SessionEvent => {
  if (fact.type !== 'TurnFinished' && fact.type !== 'TurnFailed') return fact;
  const { turnId } = fact.data;
  const { exhausted, failing } = spending;
  if (exhausted?.turnId === turnId) return failed(turnId, outOfBudget(exhausted.scope));
  if (failing?.turnId === turnId) return failed(turnId, modelError(failing.error));
  return fact;
};

const failed = (turnId: string, error: StepError): SessionEvent => ({
  type: 'TurnFailed',
  data: { turnId, error },
});

const outOfBudget = (scope: BudgetScope): StepError =>
  scope === 'session'
    ? {
        code: 'budget_exhausted',
        message:
          'The model budget of this session is used up. What was built so far is kept; the operator of this server can raise the budget.',
        retryable: true,
      }
    : {
        code: 'day_budget_exhausted',
        message:
          'What this server may spend on models today is used up. What was built so far is kept; go on tomorrow (UTC), or ask its operator.',
        retryable: true,
      };

/** Error types of the Messages API (https://platform.claude.com/docs/en/api/errors), and what to do about each. */
const modelError = (type: string): StepError => {
  switch (type) {
    case 'overloaded_error':
      return again(
        'model_overloaded',
        'The model is overloaded right now. Send the message again in a minute.',
      );
    case 'rate_limit_error':
      return again(
        'model_rate_limited',
        'The model answers no more calls for a moment. Send the message again in a minute.',
      );
    case 'authentication_error':
    case 'permission_error':
    case 'billing_error':
      return {
        code: 'model_key_refused',
        message:
          'The model refuses the key of this server. Its operator has to look at it: `npm run mk0r -- doctor`.',
        retryable: false,
      };
    case 'request_too_large':
    case 'invalid_request_error':
      return {
        code: 'model_request_refused',
        message: 'The model did not accept what it was sent. Try a shorter message, or start a new session.',
        retryable: false,
      };
    default:
      return again('model_failed', 'The model could not be reached, or failed. Send the message again.');
  }
};

const again = (code: string, message: string): StepError => ({ code, message, retryable: true });
