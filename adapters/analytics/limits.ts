/** How much an app's analytics may take. The project key is public by design, so anyone can send anything. */
export type AnalyticsLimits = {
  /** Bytes of one request as it comes, compressed or not. */
  readonly requestBytes: number;
  /** Bytes a compressed request may grow to; PostHog allows 20 MB, an SDK's batch is far below one. */
  readonly inflatedBytes: number;
  readonly eventsPerRequest: number;
  /** Newest events kept per app; older ones go. */
  readonly eventsPerApp: number;
  /** Characters of one event's properties; longer ones are left out of the event. */
  readonly propertiesLength: number;
};

export const DEFAULT_LIMITS: AnalyticsLimits = {
  requestBytes: 2_000_000,
  inflatedBytes: 8_000_000,
  eventsPerRequest: 1_000,
  eventsPerApp: 10_000,
  propertiesLength: 8_000,
};
