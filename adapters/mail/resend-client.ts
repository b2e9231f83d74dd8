import { Resend, type Response } from 'resend';
import { guardedFetch } from '../provider-api/guarded-fetch.ts';

const GUARD = { service: 'Resend', timeoutMs: 10_000 };

/**
 * The SDK, with its one `fetch` replaced by the guarded one: it has no timeout, follows redirects with the key and reads
 * any answer whole. Rejects with `ProviderFailure` where no answer came; one that says no is `{ error }`, whose
 * `statusCode` is the status of HTTP whatever the body claims.
 */
export class ResendClient extends Resend {
  override async fetchRequest<T>(path: string, options: RequestInit = {}): Promise<Response<T>> {
    const response = await guardedFetch(GUARD, `${this.baseUrl}${path}`, options);
    const headers = Object.fromEntries(response.headers);
    const body = parseJson(await response.text());
    if (response.ok) return { data: body as T, error: null, headers };
    const said = typeof body === 'object' && body !== null ? body : {};
    const error = { name: 'application_error', message: response.statusText, ...said } as const;
    return { data: null, error: { ...error, statusCode: response.status }, headers };
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
