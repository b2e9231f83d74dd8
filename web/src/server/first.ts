import { request } from './client.ts';
import { ApiProblem, problemOf } from './problem.ts';
import type { Created, Sessions, Warm } from './types.ts';

/** Tells the pool that somebody is here; nobody waits for the answer. */
export const prewarm = (): void => {
  fetch('/api/vm/prewarm', { method: 'POST', keepalive: true }).catch(() => undefined);
};

/** What stands ready, per part. Public, so it works before anybody has signed in. */
export const warm = async (signal: AbortSignal): Promise<Warm> => {
  const response = await fetch('/api/warm', { signal }).catch(() => {
    throw new ApiProblem(0, 'unreachable', 'The server cannot be reached.');
  });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Warm;
};

/** Without a prompt: one is about to follow. */
export const createSession = (
  prompt: string | undefined,
  commandId: string,
  mode: 'full' | 'quick',
): Promise<Created> =>
  request('/api/sessions', {
    method: 'POST',
    body: { commandId, mode, ...(prompt === undefined ? {} : { prompt }) },
  });

export const sessions = (signal?: AbortSignal): Promise<Sessions> =>
  request('/api/sessions', signal === undefined ? {} : { signal });
