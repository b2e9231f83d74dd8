import type { Drilled } from './drill.ts';
import type { Run } from './play.ts';

/** One line for a person: what was done, and what came of it. */
export const report = (what: string, seed: number, points: number, drilled: Drilled): string => {
  const { runs, failed } = drilled;
  const deaths = runs.flatMap((run) => run.deaths);
  const killed = new Set(deaths.map(({ at }) => at.point)).size;
  const count = (of: keyof Run['findings']): number =>
    runs.reduce((sum, { findings }) => sum + findings[of].length, 0);
  return (
    `${what}: ${killed} of ${points} points, ${deaths.length} kills in ${runs.length} stories (seed ${seed}): ` +
    `lost ${count('lost')}, doubled ${count('doubled')}, orphans after one sweep ${count('orphans')}, ` +
    `otherwise wrong ${count('wrong')}, not at their end ${failed.length}; recovered p50 ${recoveryOf(drilled, 0.5)} ms, ` +
    `p99 ${recoveryOf(drilled, 0.99)} ms, max ${recoveryOf(drilled, 1)} ms\n`
  );
};

/** Milliseconds from the start of the next server until nothing was left for it to do, at this share of all recoveries. */
export const recoveryOf = ({ runs }: Drilled, share: number): number => {
  const recovered = runs
    .flatMap(({ deaths }) => deaths.flatMap(({ recoveredMs }) => recoveredMs ?? []))
    .sort((a, b) => a - b);
  return Math.round(recovered[Math.min(recovered.length - 1, Math.floor(recovered.length * share))] ?? 0);
};
