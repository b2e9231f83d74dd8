import { seededRandom } from '../../commands/testing/clock.ts';

export type Weighted<A> = readonly [weight: number, value: A];

/** Draws from one seed; each concern of a run has a stream of its own, so that one more draw here moves nothing there. */
export const createChance = (seed: number, stream: number) => {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b));
  const between = (min: number, max: number): number => min + Math.floor(random() * (max - min + 1));
  return {
    random,
    happens: (probability: number): boolean => random() < probability,
    /** A whole number, both ends included. */
    between,
    pick: <A>(from: readonly A[]): A | undefined => from[Math.floor(random() * from.length)],
    weighted: <A>(from: readonly Weighted<A>[]): A | undefined => {
      let left = random() * from.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of from) {
        left -= weight;
        if (left < 0) return value;
      }
      return undefined;
    },
  };
};

export type Chance = ReturnType<typeof createChance>;
