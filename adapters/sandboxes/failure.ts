import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ProviderError } from '../../commands/ports/services.ts';

/** What goes wrong inside the sandbox host, thrown by its plain async code and turned into a `ProviderError` at the edge. */
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

const asProviderError = (error: unknown): ProviderError =>
  error instanceof SandboxFailure
    ? {
        code: error.code,
        message: error.message,
        retryable: error.retryable,
        ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      }
    : {
        code: 'sandbox_failed',
        message: error instanceof Error ? error.message : String(error),
        retryable: true,
      };

/** The adapter's edge: runs `work`, and whatever it throws becomes the left side. */
export const attempt = <A>(work: () => Promise<A>): TE.TaskEither<ProviderError, A> =>
  TE.tryCatch(work, asProviderError);
