import type { ErrorResponse } from 'resend';
import { z } from 'zod';
import { ProviderFailure } from '../provider-api/failure.ts';
import { BIND_HEADER } from './bind-header.ts';
import { ResendClient } from './resend-client.ts';
import { fromResend } from './resend-errors.ts';
import type { Throttle } from './throttle.ts';

const named = z.object({ id: z.string().min(1).max(100), name: z.string(), created_at: z.string() });
const namedPage = z.object({ data: z.array(named), has_more: z.boolean() });
const created = z.object({ id: z.string().min(1).max(100) });
const mintedKey = created.extend({ token: z.string().min(8).max(500) });

export type Named = z.infer<typeof named>;

type Answer = {
  readonly data: unknown;
  readonly error: ErrorResponse | null;
  readonly headers: Record<string, string> | null;
};

/** The few calls of a Resend account that provisioning needs, each throttled, abortable and checked. */
export type ResendAccount = {
  readonly segments: (signal: AbortSignal) => Promise<readonly Named[]>;
  readonly keys: (signal: AbortSignal) => Promise<readonly Named[]>;
  readonly createSegment: (name: string, signal: AbortSignal) => Promise<{ readonly id: string }>;
  readonly createKey: (
    name: string,
    segmentId: string,
    signal: AbortSignal,
  ) => Promise<{ readonly id: string; readonly token: string }>;
  /** Both succeed when it is gone already. */
  readonly removeSegment: (id: string, signal: AbortSignal) => Promise<void>;
  readonly removeKey: (id: string, signal: AbortSignal) => Promise<void>;
};

const PAGE = 100;

/** The cursor's own item may be released while we read on; then the list is to be read again, by the next attempt. */
const listingChanged = (error: unknown): unknown =>
  error instanceof ProviderFailure && /^(validation_error|not_found)$/.test(error.error.code)
    ? new ProviderFailure({ ...error.error, code: 'listing_changed', retryable: true })
    : error;

export const resendAccount = (
  options: { readonly key: string; readonly baseUrl?: string; readonly domainId?: string },
  throttle: Throttle,
): ResendAccount => {
  const { key, baseUrl } = options;
  const resend = new ResendClient(key, baseUrl === undefined ? {} : { baseUrl });

  const call = async (request: () => Promise<Answer>, signal: AbortSignal): Promise<unknown> => {
    await throttle.wait(signal);
    const { data, error, headers } = await request();
    throttle.heard(headers ?? {});
    if (error !== null) throw new ProviderFailure(fromResend(error, headers));
    return data;
  };
  const everyPage = async (
    page: (query: { limit: number; after?: string }) => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<readonly Named[]> => {
    const all: Named[] = [];
    for (;;) {
      const last = all.at(-1);
      const query = { limit: PAGE, ...(last === undefined ? {} : { after: last.id }) };
      const { data, has_more } = namedPage.parse(
        await call(() => page(query), signal).catch((error: unknown) => {
          throw last === undefined ? error : listingChanged(error);
        }),
      );
      all.push(...data);
      if (!has_more || data.length === 0) return all;
    }
  };
  const remove = async (request: () => Promise<Answer>, signal: AbortSignal): Promise<void> => {
    try {
      await call(request, signal);
    } catch (error) {
      if (!(error instanceof ProviderFailure && error.error.code === 'not_found')) throw error;
    }
  };

  return {
    segments: (signal) => everyPage((query) => resend.segments.list(query, { signal }), signal),
    keys: (signal) => everyPage((query) => resend.apiKeys.list(query, { signal }), signal),
    createSegment: async (name, signal) =>
      created.parse(await call(() => resend.segments.create({ name }, { signal }), signal)),
    createKey: async (name, segmentId, signal) => {
      const key = {
        name,
        permission: 'sending_access' as const,
        ...(options.domainId === undefined ? {} : { domain_id: options.domainId }),
      };
      const headers = { [BIND_HEADER]: segmentId };
      return mintedKey.parse(await call(() => resend.apiKeys.create(key, { signal, headers }), signal));
    },
    removeSegment: (id, signal) => remove(() => resend.segments.remove(id, { signal }), signal),
    removeKey: (id, signal) => remove(() => resend.apiKeys.remove(id, { signal }), signal),
  };
};
