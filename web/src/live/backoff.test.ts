import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SEED } from '../../../domain/testing/reach.ts';
import { backoffMs } from './backoff.ts';

it('spreads retries over all of a window that doubles up to eight seconds', () => {
  expect([0, 1, 2, 3, 99].map((attempt) => backoffMs(attempt, 1))).toEqual([400, 800, 1600, 3200, 8000]);
  fc.assert(
    fc.property(fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const wait = backoffMs(attempt, random);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(8000);
    }),
    { seed: SEED },
  );
});
