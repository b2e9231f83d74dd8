import { setTimeout as sleep } from 'node:timers/promises';

/** Writing `/app/.env` restarts Vite: refused for tens of milliseconds, under load for a second or two. */
export const PATIENCE_MS = 3_000;
const FIRST_PAUSE_MS = 40;
const LONGEST_PAUSE_MS = 400;

/**
 * Tries until `attempt` gives something, `signal` aborts, or patience ends; pauses grow from 40 to 400 ms.
 * `undefined` when it gave nothing in time.
 */
export const patiently = async <A>(
  attempt: () => Promise<A | undefined>,
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<A | undefined> => {
  const until = performance.now() + patienceMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const result = await attempt();
    if (result !== undefined || signal.aborted) return result;
    if (performance.now() + pause > until) return undefined;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return undefined;
  }
};
