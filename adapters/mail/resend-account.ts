import type { ErrorResponse } from 'resend';
import { z } from 'zod';
import type { ProviderError } from '../../commands/ports/services.ts';
import { ProviderFailure } from '../provider-api/failure.ts';
import { BIND_HEADER } from './bind-header.ts';
import { type Named, type RememberedList, rememberedList } from './remembered-list.ts';
import { ResendClient } from './resend-client.ts';
import { fromResend } from './resend-errors.ts';
import type { Throttle } from './throttle.ts';

const named = z.object({ id: z.string().min(1).max(100), name: z.string(), created_at: z.string() });
const namedPage = z.object({ data: z.array(named), has_more: z.boolean() });
const created = z.object({ id: z.string().min(1).max(100) });
const mintedKey = created.extend({ token: z.string().min(8).max(500) });

type Answer = {
  readonly data: unknown;
  readonly error: ErrorResponse | null;
  readonly headers: Record<string, string> | null;
};

/** The few calls of a Resend account that provisioning needs, each throttled, abortable and checked. */
export type ResendAccount = {
  readonly segments: Listing;
  readonly keys: Listing;
  /** Whether it is there now, whatever was listed; one that is not is listed no more. */
  readonly hasSegment: (id: string, signal: AbortSignal) => Promise<boolean>;
  readonly createSegment: (name: string, signal: AbortSignal) => Promise<{ readonly id: string }>;
  readonly createKey: (
    name: string,
    segmentId: string,
    signal: AbortSignal,
  ) => Promise<{ readonly id: string; readonly token: string }>;
  /** Both succeed when it is gone already, and answer whether it was there. */
  readonly removeSegment: (id: string, signal: AbortSignal) => Promise<boolean>;
  readonly removeKey: (id: string, signal: AbortSignal) => Promise<boolean>;
};

type Listing = Pick<RememberedList, 'known' | 'fresh'> & {
  /** The hundred newest, as they are now. Who asks while nobody has looked yet shares the look. */
  readonly newest: () => Promise<readonly Named[]>;
};

const PAGE = 100;
/** A look is of several attempts and ends with none of them. */
const LOOK_LIMIT_MS = 30_000;

/** Calls are let go evenly, and arrive as they please; mail of apps comes in between. Nothing was done by a refused one. */
const isThisSecond = ({ code, retryAfterMs }: ProviderError): boolean =>
  code === 'rate_limit_exceeded' && retryAfterMs !== undefined && retryAfterMs <= 1_000;
const REPEATS = 3;

const isGone = (error: unknown): boolean =>
  error instanceof ProviderFailure && error.error.code === 'not_found';

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

  const call = async (
    request: () => Promise<Answer>,
    signal: AbortSignal,
    repeats = REPEATS,
  ): Promise<unknown> => {
    await throttle.wait(signal);
    const { data, error, headers } = await request();
    throttle.heard(headers ?? {});
    if (error === null) return data;
    const refused = fromResend(error, headers);
    if (repeats > 0 && isThisSecond(refused)) return call(request, signal, repeats - 1);
    throw new ProviderFailure(refused);
  };
  const everyPage = async (
    page: (query: { limit: number; after?: string }) => Promise<Answer>,
    signal: AbortSignal,
    begins: () => void,
  ): Promise<readonly Named[]> => {
    const all: Named[] = [];
    for (;;) {
      const last = all.at(-1);
      const query = { limit: PAGE, ...(last === undefined ? {} : { after: last.id }) };
      const request = () => {
        if (last === undefined) begins();
        return page(query);
      };
      const { data, has_more } = namedPage.parse(
        await call(request, signal).catch((error: unknown) => {
          throw last === undefined ? error : listingChanged(error);
        }),
      );
      all.push(...data);
      if (!has_more || data.length === 0) return all;
    }
  };
  type List = (query: { limit: number; after?: string }, options: { signal: AbortSignal }) => Promise<Answer>;
  const listOf = (list: List): Listing & RememberedList => {
    let next: Promise<readonly Named[]> | undefined;
    const look = async (): Promise<readonly Named[]> => {
      const signal = AbortSignal.timeout(LOOK_LIMIT_MS);
      const request = () => {
        next = undefined;
        return list({ limit: PAGE }, { signal });
      };
      return namedPage.parse(await call(request, signal)).data;
    };
    return {
      ...rememberedList(
        (signal, begins) => everyPage((query) => list(query, { signal }), signal, begins),
        throttle.believed,
      ),
      newest: () => {
        next ??= look().finally(() => {
          next = undefined;
        });
        return next;
      },
    };
  };
  const segments = listOf((query, options) => resend.segments.list(query, options));
  const keys = listOf((query, options) => resend.apiKeys.list(query, options));

  const making = async <A extends { readonly id: string }>(
    list: RememberedList,
    { name, answer }: { readonly name: string; readonly answer: z.ZodType<A> },
    request: () => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<A> => {
    try {
      const one = answer.parse(await call(request, signal));
      list.made({ id: one.id, name, created_at: new Date().toISOString() });
      return one;
    } catch (error) {
      list.doubt();
      throw error;
    }
  };
  /** Whether what is asked something of is there. */
  const isThere = async (request: () => Promise<Answer>, signal: AbortSignal): Promise<boolean> => {
    try {
      await call(request, signal);
      return true;
    } catch (error) {
      if (!isGone(error)) throw error;
      return false;
    }
  };
  const removing = async (
    list: RememberedList,
    id: string,
    request: () => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<boolean> => {
    const wasThere = await isThere(request, signal);
    list.gone(id);
    return wasThere;
  };

  return {
    segments,
    keys,
    hasSegment: async (id, signal) => {
      const has = await isThere(() => resend.segments.get(id, { signal }), signal);
      if (!has) segments.gone(id);
      return has;
    },
    createSegment: (name, signal) =>
      making(segments, { name, answer: created }, () => resend.segments.create({ name }, { signal }), signal),
    createKey: (name, segmentId, signal) => {
      const key = {
        name,
        permission: 'sending_access' as const,
        ...(options.domainId === undefined ? {} : { domain_id: options.domainId }),
      };
      const headers = { [BIND_HEADER]: segmentId };
      const request = () => resend.apiKeys.create(key, { signal, headers });
      return making(keys, { name, answer: mintedKey }, request, signal);
    },
    removeSegment: (id, signal) =>
      removing(segments, id, () => resend.segments.remove(id, { signal }), signal),
    removeKey: (id, signal) => removing(keys, id, () => resend.apiKeys.remove(id, { signal }), signal),
  };
};
