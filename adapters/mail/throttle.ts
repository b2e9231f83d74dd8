import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the caller may go; rejects with the signal's reason when it aborts first. */
export type Throttle = (signal: AbortSignal) => Promise<void>;

/**
 * Lets calls through evenly, at most `perSecond`. Resend counts a whole team's calls together and refuses above
 * 2 per second on its smallest plan, so all provisioning in this process shares one throttle.
 */
export const throttle = (perSecond: number): Throttle => {
  let next = 0;
  return async (signal) => {
    const now = performance.now();
    const at = Math.max(now, next);
    next = at + 1_000 / perSecond;
    if (at > now) await sleep(at - now, undefined, { signal });
    signal.throwIfAborted();
  };
};

export const unthrottled: Throttle = async (signal) => signal.throwIfAborted();
