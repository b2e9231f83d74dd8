import type { OpsReport } from '../../../projections/views.ts';

/** Figures of one moment, for the lines that are drawn while somebody looks. */
export type Sample = {
  /** Seconds since 1970. */
  readonly at: number;
  /** Events, or bytes of the log where it counts those, a second since the sample before. */
  readonly eventsPerSecond: number;
  readonly events: number;
  /** How late timers were, 99 of 100. */
  readonly lateMs: number;
};

/** The server samples itself every two seconds: a little more than five minutes of it. */
const MOST = 160;

/** One more sample where the report is of a later moment; the log of another server begins anew. */
export const sampled = (samples: readonly Sample[], { process }: Partial<OpsReport>): readonly Sample[] => {
  if (process === undefined) return samples;
  const at = Date.parse(process.sampledAt) / 1_000;
  const before = samples.at(-1);
  if (before !== undefined && at <= before.at) return samples;
  const { events } = process.store;
  const rate = before === undefined ? 0 : Math.max(0, events - before.events) / (at - before.at);
  const sample = { at, events, eventsPerSecond: rate, lateMs: process.eventLoopDelayMs.p99 };
  return [...samples.slice(1 - MOST), sample];
};
