import type { Failpoint } from '../../support/ledger/failpoints.ts';
import { CHAPTERS } from './chapters/index.ts';
import { playChapter, type Run, wasKilledEverywhere } from './play.ts';

/** Servers to be killed: each at the next of these points, in the course of one chapter. */
export type Drill = {
  readonly chapter: number;
  readonly seed: number;
  readonly failpoints: readonly Failpoint[];
};

export type Drilled = {
  readonly runs: readonly Run[];
  /** Stories that did not come to their end, each told with where servers were killed. */
  readonly failed: readonly string[];
};

const storyOf = (chapter: number) => {
  const story = CHAPTERS[chapter];
  if (story === undefined) throw new Error(`there is no chapter ${chapter}`);
  return story;
};

/** Ways differ from one run to the next: where a point is not passed, its chapter is played again. */
const TRIES = 4;

const drill = async ({ chapter, seed, failpoints }: Drill, script: string): Promise<readonly Run[]> => {
  const run = await playChapter(storyOf(chapter), { seed, failpoints, script });
  const left = failpoints.slice(run.deaths.length);
  const runs = [run];
  // One at a time from here on, the first time it is passed: the others may have led the story another way.
  for (const { point } of left) {
    for (let tries = 1; tries < TRIES; tries += 1) {
      const again = { seed: seed + tries, failpoints: [{ point, nth: 1 }], script };
      const next = await playChapter(storyOf(chapter), again);
      runs.push(next);
      if (wasKilledEverywhere(next)) break;
    }
  }
  return runs;
};

/** Runs them, some at a time; one that fails does not keep the others from being run. */
export const runDrills = async (
  drills: readonly Drill[],
  script: string,
  atATime: number,
): Promise<Drilled> => {
  const waiting = [...drills];
  const runs: Run[] = [];
  const failed: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        runs.push(...(await drill(next, script)));
      } catch (error) {
        failed.push(error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return { runs, failed };
};
