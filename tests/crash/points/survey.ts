import { CHAPTERS } from './chapters/index.ts';
import { playChapter, type Run } from './play.ts';

/** How often a failpoint is passed in a chapter, and as the how manieth of all when it is passed first. */
export type Passed = { readonly chapter: number; readonly times: number; readonly order: number };

/** Where each failpoint is passed when nobody is killed. */
export type Survey = ReadonlyMap<string, readonly Passed[]>;

export const survey = async (
  seed: number,
  script: string,
): Promise<{ readonly points: Survey; readonly runs: readonly Run[] }> => {
  const runs: Run[] = [];
  // One after the other: the first leaves its compiled code for all that follow.
  for (const chapter of CHAPTERS) runs.push(await playChapter(chapter, { seed, failpoints: [], script }));
  const points = new Map<string, Passed[]>();
  for (const [chapter, { passed }] of runs.entries()) {
    for (const [order, [point, times]] of Object.entries(passed).entries())
      points.set(point, [...(points.get(point) ?? []), { chapter, times, order }]);
  }
  return { points, runs };
};
