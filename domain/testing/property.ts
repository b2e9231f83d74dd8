import fc from 'fast-check';
import { test } from 'vitest';

/** `MK0R_SEED=<n>` repeats a run; otherwise each run has a seed of its own. */
const SEED = Number(process.env.MK0R_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** A sentence that holds for all values; its name says the seed that was used, so that a failure can be repeated. */
export const holds = <Values extends [unknown, ...unknown[]]>(
  sentence: string,
  arbitraries: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  predicate: (...values: Values) => void | Promise<void>,
  { runs = 100 }: { readonly runs?: number } = {},
): void => {
  test(`${sentence} (seed ${SEED})`, async () => {
    const property = fc.asyncProperty<Values>(...arbitraries, async (...values) => predicate(...values));
    await fc.assert(property, { seed: SEED, numRuns: runs, endOnFailure: false });
  });
};
