import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Lets calls go one after the other, no faster than is allowed. Resend counts the calls of a whole team together, those
 * of every session's app included, so all provisioning of a process shares one, and listens to what the answers say.
 */
export type Throttle = {
  /** Waits until the caller may go; rejects with the signal's reason when it aborts first, and takes no turn then. */
  readonly wait: (signal: AbortSignal) => Promise<void>;
  /** The headers of an answer, in lower case. */
  readonly heard: (headers: Readonly<Record<string, string>>) => void;
  /**
   * For how long what took calls to find out is believed, by the clock that is waited by; not at all, where calls are
   * free.
   */
  readonly believed: { readonly forMs: number; readonly now: () => number } | undefined;
};

/** What waits are measured and waited by. */
export type Timing = {
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
};

const realTime: Timing = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/** However the headers read: between one call in ten seconds and fifty a second. */
const SLOWEST_MS = 10_000;
const FASTEST_MS = 20;
/** A wait the service asks for is waited for here up to this; a longer one is the journal's. */
const LONGEST_PAUSE_MS = 60_000;

/** What others change meanwhile is the janitor's to find, which reads everything anew. */
const BELIEVED_MS = 30_000;

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;

/**
 * `ratelimit-limit` calls in a second are allowed, `ratelimit-remaining` are left until `ratelimit-reset` (seconds);
 * after a 429 `retry-after` says when. https://resend.com/docs/api-reference/rate-limit
 */
export const throttle = (perSecond: number, time: Timing = realTime): Throttle => {
  let gapMs = 1_000 / perSecond;
  let openAt = 0;
  let last: Promise<void> = Promise.resolve();

  const turn = async (signal: AbortSignal): Promise<void> => {
    // What a later answer says counts for who is waiting already.
    for (let ms = openAt - time.now(); ms > 0 && !signal.aborted; ms = openAt - time.now())
      await time.sleep(ms, signal).catch(() => undefined);
    if (!signal.aborted) openAt = time.now() + gapMs;
  };

  return {
    wait: async (signal) => {
      signal.throwIfAborted();
      const mine = last.then(() => turn(signal));
      last = mine;
      await Promise.race([mine, aborted(signal)]);
      signal.throwIfAborted();
    },
    heard: (headers) => {
      const limit = number(headers['ratelimit-limit']);
      if (limit !== undefined && limit > 0) gapMs = Math.min(SLOWEST_MS, Math.max(FASTEST_MS, 1_000 / limit));
      const left = number(headers['ratelimit-remaining']);
      const reset = left === 0 ? number(headers['ratelimit-reset']) : undefined;
      const pause = number(headers['retry-after']) ?? reset;
      if (pause !== undefined)
        openAt = Math.max(openAt, time.now() + Math.min(LONGEST_PAUSE_MS, pause * 1_000));
    },
    believed: { forMs: BELIEVED_MS, now: time.now },
  };
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

export const unthrottled: Throttle = {
  wait: async (signal) => signal.throwIfAborted(),
  heard: () => {},
  believed: undefined,
};
