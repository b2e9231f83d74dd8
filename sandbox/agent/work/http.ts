import { setTimeout as sleep } from 'node:timers/promises';

export type Answer = { readonly status: number; readonly detail: string };

/** For as long may a machine take that builds others at the same time; a server that says no is asked again for less. */
const ONE_REQUEST_MS = 60_000;
const ALL_TRIES_MS = 60_000;
const REFUSED_MS = 20_000;
const BETWEEN_TRIES_MS = 60;
const PICTURE_MS = 10_000;

export const previewOrigin = (): string => `http://127.0.0.1:${process.env.MK0R_PREVIEW_PORT ?? '5173'}`;

/**
 * Asks the app's dev server until it answers 200, for as long as it takes to notice an edit or to restart; the last
 * answer otherwise. Status 0: nobody listens.
 */
export async function getUntilOk(path: string, signal: AbortSignal): Promise<Answer> {
  const from = performance.now();
  while (true) {
    const answer = await get(path, signal);
    const limit = answer.status === 0 ? ALL_TRIES_MS : REFUSED_MS;
    if (answer.status === 200 || performance.now() > from + limit) return answer;
    await sleep(BETWEEN_TRIES_MS, undefined, { signal });
  }
}

/**
 * Waits for a moment until the dev server serves a picture that was just put into `public`: until it has noticed, it answers
 * with the page, and a browser that has asked does not ask again.
 */
export async function untilPicture(path: string, signal: AbortSignal): Promise<void> {
  const end = performance.now() + PICTURE_MS;
  while (performance.now() < end) {
    if ((await get(path, signal)).type.startsWith('image/')) return;
    await sleep(BETWEEN_TRIES_MS, undefined, { signal });
  }
}

async function get(path: string, signal: AbortSignal): Promise<Answer & { readonly type: string }> {
  try {
    const response = await fetch(`${previewOrigin()}${path}`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(ONE_REQUEST_MS)]),
    });
    const body = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, detail: response.ok ? '' : body.slice(0, 600) };
  } catch {
    signal.throwIfAborted();
    return { status: 0, type: '', detail: 'the dev server does not answer' };
  }
}
