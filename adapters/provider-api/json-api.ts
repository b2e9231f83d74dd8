import type { z } from 'zod';
import type { ProviderError } from '../../commands/ports/services.ts';
import { misread, ProviderFailure } from './failure.ts';
import { guardedFetch } from './guarded-fetch.ts';

/** An answer that says no. `body` is what it said, parsed where it was JSON. */
export type Refused = { readonly status: number; readonly headers: Headers; readonly body: unknown };

export type JsonApiOptions = {
  /** As a person knows it; begins every message. */
  readonly service: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What an answer of 400 and above means. */
  readonly refusal: (refused: Refused) => ProviderError;
};

export type JsonCall<A> = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Begins with a slash; what is not ours in it is encoded already. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly schema: z.ZodType<A>;
  /** The answer to a 404; without it a 404 is refused like the rest. */
  readonly whenMissing?: { readonly answer: A };
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
};

/** Calls of somebody else's JSON API through `guardedFetch`, each answer validated. Rejects as that does. */
export const jsonApi =
  ({ service, baseUrl, headers, refusal }: JsonApiOptions) =>
  async <A>(call: JsonCall<A>): Promise<A> => {
    const url = new URL(baseUrl + call.path);
    for (const [name, value] of Object.entries(call.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, value);
    const sent =
      call.body === undefined
        ? { headers: { accept: 'application/json', ...headers } }
        : {
            headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
            body: JSON.stringify(call.body),
          };
    const guard = { service, ...(call.timeoutMs === undefined ? {} : { timeoutMs: call.timeoutMs }) };
    const response = await guardedFetch(guard, url, { method: call.method, signal: call.signal, ...sent });
    const { status } = response;
    if (status === 404 && call.whenMissing !== undefined) return call.whenMissing.answer;
    const body = parseJson(await response.text());
    if (status >= 400) throw new ProviderFailure(refusal({ status, headers: response.headers, body }));
    const checked = call.schema.safeParse(body);
    if (!checked.success) throw new ProviderFailure(misread(service, wrongAt(body, checked.error)));
    return checked.data;
  };

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Names the place and never the value: it may be a secret. */
export const wrongAt = (parsed: unknown, error: z.ZodError): string =>
  parsed === undefined
    ? 'no JSON'
    : `${error.issues[0]?.path.join('.') || 'the answer'} is not as documented`;
