import type { ProviderError } from '../../commands/ports/services.ts';

/** Carries a `ProviderError` through the async code of an adapter to its edge. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
  readonly error: ProviderError;

  constructor(error: ProviderError) {
    super(error.message);
    this.error = error;
  }
}

export const unreachable = (service: string): ProviderError => ({
  code: 'provider_unreachable',
  message: `${service} could not be reached.`,
  retryable: true,
});

export const timedOut = (service: string): ProviderError => ({
  code: 'provider_timeout',
  message: `${service} did not answer in time.`,
  retryable: true,
});

/**
 * An answer that is not what the service documents. Worth another attempt: it may have been cut short or come from
 * something in between, and what it was about may exist by now, which only an adoption finds out.
 */
export const misread = (service: string, what: string): ProviderError => ({
  code: 'provider_misread',
  message: `${service} answered something unexpected: ${what}.`,
  retryable: true,
});

/** Elsewhere for good, as a repository that was renamed is: another attempt is sent there as well. */
export const moved = (service: string): ProviderError => ({
  code: 'moved_permanently',
  message:
    `${service} says that it is at another address now, which is not followed. Was it renamed? ` +
    'Give it its name back, or delete it there, then retry.',
  retryable: false,
});

/**
 * What reaches the adapter's edge. A call cut by the attempt's own signal is `aborted`, whatever it was thrown as;
 * nothing of an unknown error is repeated, because it may quote what was sent.
 */
export const toProviderError =
  (service: string, doing: string, signal: AbortSignal) =>
  (error: unknown): ProviderError => {
    if (signal.aborted)
      return { code: 'aborted', message: `${doing}: stopped by its deadline`, retryable: true };
    if (error instanceof ProviderFailure) return error.error;
    if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError'))
      return timedOut(service);
    return misread(service, error instanceof Error ? error.name : 'no error object');
  };
