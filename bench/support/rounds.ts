import { median, rounded } from '../statistics.ts';

const ROUNDS = 7;
const ROUND_MS = 400;

/** Does some of the work, and answers how many things that were. */
export type Work = () => number | Promise<number>;

/** How many things per second `work` does. */
const rate = async (work: Work): Promise<number> => {
  const start = performance.now();
  let done = 0;
  while (performance.now() < start + ROUND_MS) done += await work();
  return (done * 1_000) / (performance.now() - start);
};

/** Things per second of each contestant, round by round, by turns, so that a disk that stalls does so to all. */
export const byTurns = async (contestants: {
  readonly ours: Work;
  readonly raw: Work;
  readonly emmett?: Work | undefined;
}): Promise<{
  readonly ours: readonly number[];
  readonly raw: readonly number[];
  readonly emmett: readonly number[];
}> => {
  const rates: { ours: number[]; raw: number[]; emmett: number[] } = { ours: [], raw: [], emmett: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const name of ['raw', 'ours', 'emmett'] as const) {
      const work = contestants[name];
      if (work === undefined) continue;
      const measured = await rate(work);
      // The first round warms up.
      if (round > 0) rates[name].push(measured);
    }
  }
  return rates;
};

/** The median of ours beside that of another; the ratio is taken round by round. */
export const beside = (
  ours: readonly number[],
  other: readonly number[],
): { readonly median: number; readonly baseline: number; readonly ratio: number } => ({
  median: Math.round(median(ours)),
  baseline: Math.round(median(other)),
  ratio: rounded(median(ours.map((each, round) => each / (other[round] ?? each))), 2),
});
