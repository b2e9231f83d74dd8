import type { ErrorResponse } from 'resend';
import type { ProviderError } from '../../commands/ports/services.ts';

/** Carries a `ProviderError` through the async code of this adapter to its edge. */
export class ProviderFailure extends Error {
  readonly error: ProviderError;

  constructor(error: ProviderError) {
    super(error.message);
    this.error = error;
  }
}

const CODE = /^[a-z][a-z0-9_]{0,63}$/;
const MESSAGE_MAX = 300;

/** The provider's own words, shortened, and without anything that looks like one of its keys. */
const readable = (message: unknown): string =>
  String(message ?? 'no message')
    .replace(/\bre_\w+/g, 're_…')
    .slice(0, MESSAGE_MAX);

/** `retry-after` in seconds (or, at some plans, only `ratelimit-reset`), as milliseconds. */
const retryAfter = (headers: Record<string, string> | null): { retryAfterMs?: number } => {
  const seconds = Number(headers?.['retry-after'] ?? headers?.['ratelimit-reset'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: Math.ceil(seconds * 1_000) } : {};
};

const timedOut = (): ProviderError => ({
  code: 'provider_timeout',
  message: 'Resend did not answer before the deadline.',
  retryable: true,
});

/**
 * The SDK never throws. A failed or aborted fetch comes back as `application_error` without a status; every other
 * error as the body the server sent, whatever that was.
 */
export const fromResend = (
  error: ErrorResponse,
  headers: Record<string, string> | null,
  signal: AbortSignal,
): ProviderError => {
  if (signal.aborted) return timedOut();
  const { statusCode: status, name } = error;
  if (typeof status !== 'number')
    return name === 'application_error'
      ? { code: 'provider_unreachable', message: 'Resend could not be reached.', retryable: true }
      : { code: 'provider_misread', message: `Resend: ${readable(error.message)}`, retryable: false };
  const code = typeof name === 'string' && CODE.test(name) ? name : `http_${status}`;
  // A spent daily or monthly quota is a 429 as well, and comes back no sooner for being asked again.
  const tooFast = status === 429 && code !== 'daily_quota_exceeded' && code !== 'monthly_quota_exceeded';
  return {
    code,
    message: `Resend answered ${status}: ${readable(error.message)}`,
    retryable: tooFast || status >= 500 || status === 408 || code === 'concurrent_idempotent_requests',
    ...(status === 429 ? retryAfter(headers) : {}),
  };
};

/** What reaches the adapter's edge: a call cut by its deadline is a timeout, whatever it was thrown as. */
export const toProviderError =
  (signal: AbortSignal) =>
  (cause: unknown): ProviderError => {
    if (cause instanceof ProviderFailure) return cause.error;
    if (signal.aborted) return timedOut();
    return {
      code: 'provider_misread',
      message: `Resend answered something unexpected: ${readable(cause instanceof Error ? cause.message : cause)}`,
      retryable: false,
    };
  };
