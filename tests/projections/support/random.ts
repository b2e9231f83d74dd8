/** Everything random of one run comes from one seed, so that a failure can be run again. */
export const createRandom = (seed: number) => {
  let state = seed >>> 0;
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  /** From 0 to one less than `limit`. */
  const below = (limit: number): number => Math.floor(next() * limit);
  return { below, oneIn: (odds: number): boolean => below(odds) === 0 };
};

export type Random = ReturnType<typeof createRandom>;
