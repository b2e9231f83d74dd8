import type { Durations } from '../operator-views.ts';

/**
 * Durations in whole milliseconds, counted in fixed buckets: two of them are merged by adding up, and what was counted
 * in any order comes out the same.
 */
export type Histogram = {
  readonly count: number;
  readonly max: number;
  /** Per bucket of `BOUNDS`, up to the last one that is not empty. */
  readonly buckets: readonly number[];
};

export const EMPTY: Histogram = { count: 0, max: 0, buckets: [] };

const LONGEST_MS = 3_600_000;

/** Upper bounds, each a quarter above the one before (one more where that is nothing), up to an hour. */
export const BOUNDS: readonly number[] = (() => {
  const bounds = [1];
  for (let last = 1; last < LONGEST_MS; ) {
    last = Math.max(last + 1, Math.floor(last * 1.25));
    bounds.push(Math.min(last, LONGEST_MS));
  }
  return bounds;
})();

/** The first bucket that holds `ms`; what is longer than all of them is in one more. */
const bucketOf = (ms: number): number => {
  let [low, high] = [0, BOUNDS.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((BOUNDS[middle] ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** One more duration. What is negative, because two servers' clocks differ, counts as none. */
export const counted = ({ count, max, buckets }: Histogram, ms: number): Histogram => {
  const took = Math.max(0, Math.round(ms));
  const index = bucketOf(took);
  const next = [...buckets];
  while (next.length <= index) next.push(0);
  next[index] = (next[index] ?? 0) + 1;
  return { count: count + 1, max: Math.max(max, took), buckets: next };
};

export const merged = (a: Histogram, b: Histogram): Histogram => ({
  count: a.count + b.count,
  max: Math.max(a.max, b.max),
  buckets: Array.from(
    { length: Math.max(a.buckets.length, b.buckets.length) },
    (_, index) => (a.buckets[index] ?? 0) + (b.buckets[index] ?? 0),
  ),
});

/** The duration that this share of all (0 to 1) does not exceed: a bucket's bound, and never more than the longest. */
const percentile = ({ count, max, buckets }: Histogram, share: number): number => {
  let left = Math.ceil(count * share);
  for (const [index, counts] of buckets.entries()) {
    left -= counts;
    if (left <= 0) return Math.min(BOUNDS[index] ?? max, max);
  }
  return max;
};

export const durationsOf = (histogram: Histogram): Durations =>
  histogram.count === 0
    ? { count: 0 }
    : {
        count: histogram.count,
        p50: percentile(histogram, 0.5),
        p95: percentile(histogram, 0.95),
        p99: percentile(histogram, 0.99),
        max: histogram.max,
      };
