import * as TE from 'fp-ts/lib/TaskEither.js';
import type { BaseLogger } from 'pino';
import type { ProviderError } from '../../commands/ports/services.ts';

/**
 * What goes wrong inside the sandbox host, thrown by its plain async code and turned into a `ProviderError` at the edge.
 * `message` gets into events and onto the page: no path of the host and nothing a program printed is in it. That is for
 * `cause`, which the server's log has.
 */
export class SandboxFailure extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: string,
    message: string,
    retryable: boolean,
    { cause, retryAfterMs }: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ) {
    super(message, { cause });
    this.name = 'SandboxFailure';
    this.code = code;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What was wanted of the sandbox, as in "could not be started". */
type Doing = 'started' | 'put to sleep' | 'removed' | 'listed';

const FULL = /\b(?:ENOSPC|EDQUOT)\b|no space left on device|disk quota exceeded/i;

/** Also of a program that failed: what it printed is in the message of its error. */
const isFull = (error: unknown): boolean =>
  error instanceof Error && (FULL.test(error.message) || isFull(error.cause));

const failureOf = (error: unknown, doing: Doing): SandboxFailure => {
  if (isFull(error))
    return new SandboxFailure(
      'disk_full',
      `The sandbox could not be ${doing}: the server’s disk is full. Whoever runs the server has to free some space; then try again.`,
      true,
      { cause: error },
    );
  if (error instanceof SandboxFailure) return error;
  return new SandboxFailure(
    'sandbox_failed',
    `The sandbox could not be ${doing}. Try again later; whoever runs the server finds the reason in its log.`,
    true,
    { cause: error },
  );
};

const asProviderError = ({ code, message, retryable, retryAfterMs }: SandboxFailure): ProviderError => ({
  code,
  message,
  retryable,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

export const bridgeExited = (how: string): SandboxFailure =>
  new SandboxFailure(
    'bridge_exited',
    'The sandbox ended while it was started. Try again later; whoever runs the server finds the reason in its log.',
    true,
    { cause: new Error(how) },
  );

const wasAborted = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || wasAborted(error.cause));

/**
 * The adapter's edge: whatever work throws becomes the left side, and what that leaves out goes to the log. What is cut off
 * because the server is `closing` is nothing that failed: the next one goes on with it.
 */
export const createEdge = (
  logger: Pick<BaseLogger, 'error' | 'debug'>,
  inTurn: <A>(name: string, work: () => Promise<A>) => Promise<A>,
  closing?: AbortSignal,
) => {
  const attempt = <A>(
    doing: Doing,
    work: () => Promise<A>,
    sandbox?: string,
  ): TE.TaskEither<ProviderError, A> =>
    TE.tryCatch(work, (error) => {
      const failure = failureOf(error, doing);
      if (closing?.aborted && wasAborted(failure)) logger.debug({ sandbox }, 'left to the next server');
      else if (failure.cause !== undefined) logger.error({ sandbox, err: failure }, 'a sandbox failed');
      return asProviderError(failure);
    });
  return {
    during: <A>(doing: Doing, name: string, work: () => Promise<A>) =>
      attempt(doing, () => inTurn(name, work), name),
    listing: <A>(work: () => Promise<A>) => attempt('listed', work),
  };
};
