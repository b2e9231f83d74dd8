import {
  AuthenticationError,
  RateLimitError,
  SandboxError,
  SandboxNotFoundError,
  ServiceBusyError,
  TemplateError,
  TimeoutError,
} from 'e2b';
import { readable } from '../../provider-api/readable.ts';
import { SandboxFailure } from '../failure.ts';

/** Sandboxes end when somebody lets one sleep, not in the next second; asking sooner only costs calls. */
const FULL_RETRY_MS = 30_000;
/** "Failed to place sandbox" gets worse by asking at once. */
const BUSY_RETRY_MS = 5_000;

const aborts = new Set(['AbortError', 'TimeoutError']);

const byStatus = (doing: string, status: number, words: string): SandboxFailure => {
  if (status === 404)
    return new SandboxFailure(
      'e2b_template_missing',
      `${doing}: E2B does not have the template. Build it with: npm run sandbox:build`,
      false,
    );
  if (status === 409)
    return new SandboxFailure('e2b_changing', `${doing}: the sandbox is just changing its state.`, true);
  if (status >= 500)
    return new SandboxFailure('e2b_failed', `${doing}: E2B failed (${status}): ${words}`, true, {
      retryAfterMs: BUSY_RETRY_MS,
    });
  return new SandboxFailure('e2b_refused', `${doing}: E2B refused (${status}): ${words}`, false);
};

/**
 * What the SDK threw, in the port's words. Its classes: `AuthenticationError` and `ServiceBusyError` are no
 * `SandboxError`; a 429 for too many sandboxes at once has no `Retry-After`, and is told from the rate limit by its
 * words alone (`create_instance.go` in e2b-dev/infra). Nothing else of an unknown error is repeated: it may quote
 * what was sent.
 */
export const e2bFailure = (doing: string, error: unknown, signal?: AbortSignal): SandboxFailure => {
  if (error instanceof SandboxFailure) return error;
  if (signal?.aborted) return new SandboxFailure('aborted', `${doing}: the call was given up.`, true);
  if (error instanceof AuthenticationError)
    return new SandboxFailure(
      'e2b_key_refused',
      `${doing}: E2B refuses E2B_API_KEY. Make another at https://e2b.dev/dashboard?tab=keys.`,
      false,
    );
  if (error instanceof RateLimitError)
    return /maximum number of concurrent/i.test(error.message)
      ? new SandboxFailure(
          'e2b_full',
          `${doing}: as many sandboxes are awake as the E2B plan allows.`,
          true,
          {
            retryAfterMs: FULL_RETRY_MS,
          },
        )
      : new SandboxFailure('e2b_rate_limited', `${doing}: E2B asks for fewer calls.`, true, {
          retryAfterMs: BUSY_RETRY_MS,
        });
  if (error instanceof ServiceBusyError)
    return new SandboxFailure('e2b_busy', `${doing}: E2B has no room just now.`, true, {
      retryAfterMs: BUSY_RETRY_MS,
    });
  if (error instanceof SandboxNotFoundError)
    return new SandboxFailure('sandbox_gone', `${doing}: E2B has nothing left of the sandbox.`, false);
  if (error instanceof TimeoutError || (error instanceof Error && aborts.has(error.name)))
    return new SandboxFailure('e2b_timeout', `${doing}: E2B did not answer in time.`, true);
  if (error instanceof SandboxError && error.statusCode !== undefined)
    return byStatus(doing, error.statusCode, readable(error.message.replace(/^\d+: /, '')));
  if (error instanceof TemplateError)
    return new SandboxFailure('e2b_template_outdated', `${doing}: ${readable(error.message)}`, false);
  return new SandboxFailure('e2b_unreachable', `${doing}: E2B could not be reached.`, true);
};

/** Runs one call of the SDK; whatever it throws becomes a `SandboxFailure` that says what was being done. */
export const asking = async <A>(doing: string, call: () => Promise<A>, signal?: AbortSignal): Promise<A> => {
  try {
    return await call();
  } catch (error) {
    throw e2bFailure(doing, error, signal);
  }
};
