import { setTimeout as sleep } from 'node:timers/promises';

/** Writing `/app/.env` restarts Vite: refused for tens of milliseconds, under load for a second or two. */
export const PATIENCE_MS = 3_000;
const FIRST_PAUSE_MS = 40;
const LONGEST_PAUSE_MS = 400;

/**
 * Tries until `attempt` gives something, `signal` aborts, or patience ends; pauses grow from 40 to 400 ms. The last try
 * comes when patience ends: where this process stood still for all of it, what was away is looked for once more.
 * `undefined` when it gave nothing in time.
 */
export const patiently = async <A>(
  attempt: () => Promise<A | undefined>,
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<A | undefined> => {
  const until = performance.now() + patienceMs;
  let isLast = false;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const result = await attempt();
    if (result !== undefined || signal.aborted || isLast) return result;
    isLast = performance.now() + pause >= until;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return undefined;
  }
};
