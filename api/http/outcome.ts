import { isLeft } from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ProviderError } from '../../commands/ports/services.ts';
import type { CommandError } from '../application/command.ts';
import { CONFLICT_CODES, NOT_FOUND_CODES, REFUSED_CODES } from '../panels.ts';
import { sessionNotFound } from './guard.ts';
import { ProblemError } from './problem.ts';

const RETRY_SOON = { 'retry-after': '2' } as const;

/** Runs a command or a read of the application; what kept it from happening becomes the answer. */
export const carriedOut = async <A>(task: TaskEither<CommandError, A>): Promise<A> => {
  const outcome = await task();
  if (isLeft(outcome)) throw refusal(outcome.left);
  return outcome.right;
};

/** The same for what the session's backend holds. */
export const readFrom = async <A>(task: TaskEither<ProviderError, A>): Promise<A> => {
  const outcome = await task();
  if (isLeft(outcome)) throw unreadable(outcome.left);
  return outcome.right;
};

const refusal = (error: CommandError): ProblemError => {
  switch (error.tag) {
    case 'NotFound':
      return sessionNotFound();
    case 'Missing':
      return new ProblemError(404, error.code, error.message);
    case 'Refused':
      return new ProblemError(UNPROCESSABLE.test(error.code) ? 422 : 409, error.code, error.message);
    case 'Unavailable':
      return new ProblemError(503, error.code, error.message, RETRY_SOON);
    default:
      return error satisfies never;
  }
};

/** Refusals of what was asked, whatever the session's state; all others are about its state now. */
const UNPROCESSABLE = /_(too_long|too_short|empty|invalid|unknown)$|^(invalid|unknown|empty)_/;

const unreadable = (error: ProviderError): ProblemError => {
  if (NOT_FOUND_CODES.has(error.code)) return new ProblemError(404, error.code, error.message);
  if (REFUSED_CODES.has(error.code)) return new ProblemError(422, error.code, error.message);
  if (CONFLICT_CODES.has(error.code)) return new ProblemError(409, error.code, error.message);
  return error.retryable
    ? new ProblemError(503, error.code, error.message, RETRY_SOON)
    : new ProblemError(502, error.code, error.message);
};
