import { BodyTooLarge, boundedBytes } from './bounded-body.ts';
import { misread, moved, ProviderFailure, timedOut, unreachable } from './failure.ts';

export type Guard = {
  /** As a person knows it; begins every message. */
  readonly service: string;
  /** Longest one call may take, its body included; 10 s unless told. */
  readonly timeoutMs?: number;
  /** Longest body that is read; 1 MiB unless told. */
  readonly maxBytes?: number;
};

const MIB = 2 ** 20;
/** Statuses a `Response` may not have a body with (Fetch standard, "null body status"). */
const BODILESS = [204, 205, 304];

/**
 * `fetch` for somebody else's API: with a timeout besides the caller's signal, the body read within it and bounded, and
 * no redirect followed, which would take the key along. Rejects with `ProviderFailure`, or the reason of the signal.
 */
export const guardedFetch = async (
  { service, timeoutMs = 10_000, maxBytes = MIB }: Guard,
  url: string | URL,
  init: RequestInit = {},
): Promise<Response> => {
  const signal = init.signal ?? undefined;
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const limit = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const response = await fetch(url, { ...init, redirect: 'manual', signal: limit });
    const { status, headers } = response;
    const body = await boundedBytes(response, maxBytes);
    if (status === 301 || status === 308) throw new ProviderFailure(moved(service));
    if (status >= 300 && status < 400)
      throw new ProviderFailure(misread(service, `a redirect (${status}), which is not followed`));
    return new Response(BODILESS.includes(status) ? null : body, { status, headers });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ProviderFailure) throw error;
    if (timeout.aborted) throw new ProviderFailure(timedOut(service));
    if (error instanceof BodyTooLarge) throw new ProviderFailure(misread(service, error.message));
    throw new ProviderFailure(unreachable(service));
  }
};
