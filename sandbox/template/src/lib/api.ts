/** What the server said when it could not do what was asked; `message` is a sentence for a person. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

const TIMEOUT_MS = 30_000;

// Browsers refuse keepalive bodies over 64 KiB in all (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch).
const KEEPALIVE_CHARACTERS = 15_000;

/**
 * Calls `/api<path>` and answers its JSON. A body is sent as JSON; anything but 2xx throws `ApiError`.
 * `T` is what the route answers; share its type from `shared/`.
 */
export async function api<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
) {
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const response = await fetch(`/api${path}`, {
    method,
    // What was entered is saved even where the page is closed or reloaded right after.
    keepalive: method !== 'GET' && (sent?.length ?? 0) < KEEPALIVE_CHARACTERS,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(sent === undefined ? {} : { body: sent, headers: { 'content-type': 'application/json' } }),
  }).catch(() => {
    throw new ApiError(0, 'The server does not answer. Check your connection and try again.');
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok)
    throw new ApiError(response.status, errorOf(answer) ?? `The server said ${response.status}.`);
  return answer as T;
}

function errorOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return undefined;
  return typeof answer.error === 'string' ? answer.error : undefined;
}
