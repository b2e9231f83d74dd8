import { seededRandom } from '../../../commands/testing/clock.ts';

/** Everything random of one run comes from one seed, so that a failure can be run again. */
export const createRandom = (seed: number) => {
  const next = seededRandom(seed);
  /** From 0 to one less than `limit`. */
  const below = (limit: number): number => Math.floor(next() * limit);
  return { below, oneIn: (odds: number): boolean => below(odds) === 0 };
};

export type Random = ReturnType<typeof createRandom>;
