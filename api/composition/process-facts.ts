import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ProcessFacts } from '../../projections/operator-views.ts';

const SAMPLED_EVERY_MS = 2_000;
/** Long enough to catch a pause, short enough that one is soon forgotten. */
const DELAY_WINDOW_MS = 10_000;
const RESOLUTION_MS = 20;
const NANOSECONDS = 1e6;

/** What a process knows of itself. Sampled, so that watching it changes nothing four times a second. */
export const watchProcess = (readStore: () => Promise<ProcessFacts['store']>) => {
  const startedAt = new Date(Date.now() - process.uptime() * 1_000).toISOString();
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let lateness: ProcessFacts['eventLoopDelayMs'] = { p50: 0, p99: 0, max: 0 };
  let sampled: { readonly at: number; readonly facts: Promise<ProcessFacts> } | undefined;

  const late = (nanoseconds: number): number =>
    Math.max(0, Math.round(nanoseconds / NANOSECONDS - RESOLUTION_MS));

  const window = setInterval(() => {
    lateness = { p50: late(delay.percentile(50)), p99: late(delay.percentile(99)), max: late(delay.max) };
    delay.reset();
  }, DELAY_WINDOW_MS);
  window.unref();

  const sample = async (): Promise<ProcessFacts> => {
    const { rss, heapUsed } = process.memoryUsage();
    return {
      startedAt,
      sampledAt: new Date().toISOString(),
      node: process.versions.node,
      rssBytes: rss,
      heapUsedBytes: heapUsed,
      eventLoopDelayMs: lateness,
      store: await readStore(),
    };
  };

  return {
    facts: (): Promise<ProcessFacts> => {
      const now = performance.now();
      if (sampled === undefined || now - sampled.at >= SAMPLED_EVERY_MS)
        sampled = { at: now, facts: sample() };
      return sampled.facts;
    },
    stop: (): void => {
      clearInterval(window);
      delay.disable();
    },
  };
};

export type ProcessWatch = ReturnType<typeof watchProcess>;
