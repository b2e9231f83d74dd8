import type { ProviderError } from '../../../commands/ports/services.ts';
import { misread, ProviderFailure, toProviderError, unreachable } from '../../provider-api/failure.ts';
import { readable } from '../../provider-api/readable.ts';
import { retryAfter } from '../../provider-api/retry-after.ts';
import { isTransient } from '../../provider-api/status.ts';

const REFUSED_KEY =
  'Check GITHUB_PROVISIONING_TOKEN (or the GITHUB_APP_ variables) and GITHUB_ORG: it must be allowed to create and delete private repositories there.';

type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
};

/** What Octokit rejects with (`@octokit/request-error`, not a dependency of ours): by its shape. */
type HttpError = Error & { readonly status: number; readonly response?: Answer };
const isHttpError = (error: unknown): error is HttpError =>
  error instanceof Error && error.name === 'HttpError' && 'status' in error;

const header = ({ headers }: Answer, name: string): string | undefined => {
  const value = headers[name];
  return value === undefined ? undefined : String(value);
};

const wordsOf = ({ data }: Answer): unknown =>
  typeof data === 'object' && data !== null && 'message' in data ? data.message : undefined;

/** "Otherwise, wait for at least one minute before retrying": the same page. */
const UNTOLD = { retryAfterMs: 60_000 };

/**
 * GitHub says "too fast" with 403 as well as with 429: a secondary limit names itself, a primary one has no calls left
 * until `x-ratelimit-reset` (epoch seconds). https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
const tooFast = (answer: Answer): ProviderError | undefined => {
  const { status } = answer;
  const spent = header(answer, 'x-ratelimit-remaining') === '0';
  const secondary = /\bsecondary rate\b/i.test(String(wordsOf(answer)));
  const sentAt = header(answer, 'date');
  const asked = retryAfter(header(answer, 'retry-after'), sentAt);
  if (status !== 429 && !(status === 403 && (spent || secondary || asked.retryAfterMs !== undefined)))
    return undefined;
  const reset = Number(header(answer, 'x-ratelimit-reset') ?? Number.NaN) * 1_000;
  const until = spent && Number.isFinite(reset) ? retryAfter(new Date(reset).toUTCString(), sentAt) : UNTOLD;
  return {
    code: 'rate_limited',
    message: `GitHub limits how fast we may call it (${status}).`,
    retryable: true,
    ...until,
    ...asked,
  };
};

const refusal = (answer: Answer): ProviderError => {
  const { status } = answer;
  const words = readable(wordsOf(answer));
  const limited = tooFast(answer);
  if (limited !== undefined) return limited;
  if (status === 401 || status === 403)
    return {
      code: 'key_refused',
      message: `GitHub refused the credential (${status}: ${words}). ${REFUSED_KEY}`,
      retryable: false,
    };
  // Also what a token gets that may not know of the organisation.
  if (status === 404)
    return {
      code: 'not_found',
      message: `GitHub: not found, or not allowed. ${REFUSED_KEY}`,
      retryable: false,
    };
  return {
    code: `http_${status}`,
    message: `GitHub answered ${status}: ${words}`,
    retryable: isTransient(status),
    ...(isTransient(status) ? retryAfter(header(answer, 'retry-after'), header(answer, 'date')) : {}),
  };
};

/** What a call through Octokit was rejected with; a failed or cut fetch is an `HttpError` of status 500, too. */
export const githubError =
  (doing: string, signal: AbortSignal) =>
  (error: unknown): ProviderError => {
    if (signal.aborted || !isHttpError(error)) return toProviderError('GitHub', doing, signal)(error);
    if (error.response !== undefined) return refusal(error.response);
    return error.cause instanceof ProviderFailure ? error.cause.error : unreachable('GitHub');
  };

export const statusOf = (error: unknown): number | undefined =>
  isHttpError(error) ? error.response?.status : undefined;

/** The body of an answer that said no. */
export const bodyOf = (error: unknown): unknown => (isHttpError(error) ? error.response?.data : undefined);

export const unexpected = (what: string): ProviderFailure => new ProviderFailure(misread('GitHub', what));
