/** How E2B is reached, and what of it is ours. */
export type E2bSettings = {
  readonly apiKey: string;
  /** `e2b.app` unless told; sandboxes are hosts below it. */
  readonly domain?: string;
  /** `https://api.<domain>` unless told. */
  readonly apiUrl?: string;
  /**
   * One origin for all sandboxes, which are then told apart by header instead of by host name: what a self-hosted E2B
   * without a wildcard domain has.
   */
  readonly sandboxUrl?: string;
};

/** Ports of a sandbox that its proxy is asked for; everything in it listens on loopback besides these. */
export const BRIDGE_PORT = 8500;
export const PREVIEW_PORT = 8501;
export const VERSION_PORT = 8502;

/**
 * How long a sandbox stays awake after the last sign of this server, in milliseconds. Then E2B pauses it: nothing is
 * lost, and nothing is paid for what nobody looks after. Hobby accounts allow at most an hour.
 */
export const AWAKE_MS = 10 * 60_000;

/** For one call of E2B's API, in milliseconds; a step of ours has 30 s for all of its calls, a wake 60 s. */
export const TIMEOUTS = {
  list: 10_000,
  create: 25_000,
  connect: 30_000,
  /** About 4 s for each GiB of memory. */
  pause: 28_000,
  kill: 15_000,
  keepAwake: 10_000,
  startBridge: 15_000,
} as const;
