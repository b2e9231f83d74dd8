import { ApiProblem, problemOf } from './problem.ts';
import type { Config } from './types.ts';

let known: Promise<Config> | undefined;

const load = async (): Promise<Config> => {
  const response = await fetch('/api/config', { signal: AbortSignal.timeout(10_000) }).catch(() => {
    throw new ApiProblem(0, 'unreachable', 'The server cannot be reached.');
  });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Config;
};

/** What this server is and where its parts are; asked once, and again only after a failure. */
export const config = (): Promise<Config> => {
  known ??= load().catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
};
