import type { ErrorResponse } from 'resend';
import { ZodError } from 'zod';
import type { ProviderError } from '../../commands/ports/services.ts';
import { misread, ProviderFailure, timedOut } from '../provider-api/failure.ts';
import { readable } from '../provider-api/readable.ts';
import { retryAfter } from '../provider-api/retry-after.ts';
import { isTransient } from '../provider-api/status.ts';

const CODE = /^[a-z][a-z0-9_]{0,63}$/;

/** `retry-after` in seconds, or at some plans only `ratelimit-reset`. */
const whenAgain = (headers: Record<string, string> | null): { retryAfterMs?: number } =>
  retryAfter(headers?.['retry-after'] ?? headers?.['ratelimit-reset'], headers?.date);

const KEY_REFUSED = new Set(['missing_api_key', 'invalid_api_key', 'restricted_api_key']);

/** What an answer that says no means. https://resend.com/docs/api-reference/errors */
export const fromResend = (
  { name, message, statusCode }: ErrorResponse,
  headers: Record<string, string> | null,
): ProviderError => {
  const status = statusCode ?? 500;
  const code = typeof name === 'string' && CODE.test(name) ? name : `http_${status}`;
  // A spent daily or monthly quota is a 429 as well, and comes back no sooner for being asked again.
  const tooFast = status === 429 && code !== 'daily_quota_exceeded' && code !== 'monthly_quota_exceeded';
  const hint = KEY_REFUSED.has(code) ? '. Check RESEND_PROVISIONING_KEY: it needs full access' : '';
  const retryable = tooFast || (status !== 429 && isTransient(status));
  return {
    code,
    message: `Resend answered ${status}: ${readable(message)}${hint}`,
    retryable,
    ...(retryable ? whenAgain(headers) : {}),
  };
};

/** What reaches the adapter's edge: a call cut by its deadline is a timeout, whatever it was thrown as. */
export const toProviderError =
  (signal: AbortSignal) =>
  (cause: unknown): ProviderError => {
    if (signal.aborted) return timedOut('Resend');
    if (cause instanceof ProviderFailure) return cause.error;
    return misread('Resend', cause instanceof ZodError ? 'something not as documented' : 'no answer at all');
  };
