import { ErrorType, isCommandError } from '@eventstore/db-client';

/** The call took longer than it may: nothing is known of what the server made of it. */
export class TookTooLong extends Error {}

/** Something is wrong that no repetition will put right. Its message says what to do. */
export class Refused extends Error {}

const typeOf = (error: unknown): ErrorType | undefined =>
  error instanceof Error && isCommandError(error) ? error.type : undefined;

export const messageOf = (error: unknown): string => {
  if (typeOf(error) === ErrorType.ACCESS_DENIED) {
    return 'the event store refused the user of EVENTSTORE_URL: it needs the rights of an administrator';
  }
  const message = error instanceof Error ? error.message : String(error);
  return `the event store did not answer as it should: ${message.slice(0, 300)}`;
};

const FINAL: ReadonlySet<ErrorType | undefined> = new Set([
  ErrorType.ACCESS_DENIED,
  ErrorType.STREAM_DELETED,
  ErrorType.INVALID_ARGUMENT,
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
  ErrorType.WRONG_EXPECTED_VERSION,
]);

/**
 * Whether trying again can help. All that is not known to be final can: the first call to a dead node fails with a raw
 * gRPC error, and "server is busy" or "not ready" come as unknown ones.
 */
export const isWorthAnotherTry = (error: unknown): boolean =>
  !(error instanceof Refused) && !FINAL.has(typeOf(error));

/**
 * Whether the client that failed so should be given up. By itself it looks for another node on a failed connection
 * only: not when the node it holds on to is silent, and a failed discovery may stay with it.
 */
export const isReasonForAnotherClient = (error: unknown): boolean =>
  error instanceof TookTooLong ||
  typeOf(error) === ErrorType.DEADLINE_EXCEEDED ||
  (error instanceof Error && error.message.startsWith('Failed to discover'));
