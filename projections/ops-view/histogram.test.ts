import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds } from '../../domain/testing/property.ts';
import { BOUNDS, counted, durationsOf, EMPTY, merged } from './histogram.ts';

const of = (...all: readonly number[]) => all.reduce(counted, EMPTY);
const durations = fc.array(fc.integer({ min: 0, max: 5_000_000 }), { minLength: 1, maxLength: 200 });

describe('durations', () => {
  test('that nobody has measured have no percentiles', () => {
    expect(durationsOf(EMPTY)).toEqual({ count: 0 });
  });

  test('that are all the same are told exactly', () => {
    expect(durationsOf(of(740, 740, 740))).toEqual({ count: 3, p50: 740, p95: 740, p99: 740, max: 740 });
  });

  test('beyond the last bucket are told by the longest', () => {
    expect(durationsOf(of(7_200_000))).toMatchObject({ p50: 7_200_000, max: 7_200_000 });
  });

  test('that a clock has made negative count as none', () => {
    expect(durationsOf(of(-20))).toEqual({ count: 1, p50: 0, p95: 0, p99: 0, max: 0 });
  });

  test('fit into some seventy buckets', () => {
    expect(BOUNDS.length).toBeLessThan(70);
    expect(BOUNDS.toSorted((a, b) => a - b)).toEqual(BOUNDS);
  });

  holds('are counted the same in any order, and in any number of parts', [durations], (all) => {
    const half = Math.floor(all.length / 2);
    const parts = merged(of(...all.slice(half)), of(...all.slice(0, half)));
    expect(parts).toEqual(of(...all));
    expect(merged(EMPTY, parts)).toEqual(parts);
  });

  holds('have percentiles at most a quarter above the true ones, and never below', [durations], (all) => {
    const sorted = all.toSorted((a, b) => a - b);
    const { p50 = 0, p95 = 0, p99 = 0 } = durationsOf(of(...all));
    for (const [told, share] of [
      [p50, 0.5],
      [p95, 0.95],
      [p99, 0.99],
    ] as const) {
      const real = sorted[Math.ceil(all.length * share) - 1] ?? 0;
      expect(told).toBeGreaterThanOrEqual(real);
      // The last bucket is open: what is in it is told by the longest of all.
      if (real <= 3_600_000) expect(told).toBeLessThanOrEqual(Math.max(1, real * 1.25));
    }
  });
});
