import fc from 'fast-check';
import { test } from 'vitest';
import { SEED } from './reach.ts';

/** A sentence that holds for all values; its name says the seed that was used, so that a failure can be repeated. */
export const holds = <Values extends [unknown, ...unknown[]]>(
  sentence: string,
  arbitraries: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  predicate: (...values: Values) => void | Promise<void>,
  { runs = 100, timeoutMs }: { readonly runs?: number; readonly timeoutMs?: number } = {},
): void => {
  const limit = timeoutMs === undefined ? {} : { timeout: timeoutMs };
  test(`${sentence} (seed ${SEED})`, limit, async () => {
    const property = fc.asyncProperty<Values>(...arbitraries, async (...values) => predicate(...values));
    await fc.assert(property, { seed: SEED, numRuns: runs, endOnFailure: false });
  });
};
