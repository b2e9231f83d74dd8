/**
 * How far a randomised suite goes: `npm test` has ten minutes for all of them, `npm run test:full` (CI) goes as far as
 * is asked for, `npm run test:long` as far as a machine has hours.
 */
export type Run = 'short' | 'full' | 'long';

const runOf = ({ MK0R_LONG, MK0R_FULL }: NodeJS.ProcessEnv): Run =>
  MK0R_LONG === '1' ? 'long' : MK0R_FULL === '1' ? 'full' : 'short';

export const RUN: Run = runOf(process.env);

export const reach = <A>(reaches: Readonly<Record<Run, A>>): A => reaches[RUN];

/**
 * Where the chance of a run begins; `MK0R_SEED=<n>` repeats one. A long run is somewhere else every time. The others are
 * the same everywhere, so that it is a change that turns them red and not the luck of the day.
 */
export const SEED = Number(
  process.env.MK0R_SEED ?? reach({ short: 1, full: 1, long: Math.floor(Math.random() * 2 ** 30) }),
);
