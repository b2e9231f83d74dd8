import { CHAPTERS } from './chapters/index.ts';
import type { Drill } from './drill.ts';
import type { Run } from './play.ts';
import type { Survey } from './survey.ts';

type Random = () => number;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);

const oneOf = <A>(random: Random, all: readonly A[]): A => {
  const one = all[below(random, all.length)];
  if (one === undefined) throw new Error('there is none to choose from');
  return one;
};

const seedFrom = (random: Random): number => below(random, 2 ** 31);

/** So many of the points, in the order they were in. */
export const drawnFrom = (points: Survey, count: number, random: Random): Survey => {
  const drawn = [...points.keys()].map((point) => [random(), point] as const).sort(([a], [b]) => a - b);
  const names = new Set(drawn.slice(0, count).map(([, point]) => point));
  return new Map([...points].filter(([point]) => names.has(point)));
};

/** For each point a server that is killed there: the first time it passes it, or any time. */
export const oneByOne = (points: Survey, random: Random, which: 'first' | 'any'): readonly Drill[] =>
  [...points].map(([point, passed]) => {
    const { chapter, times } = oneOf(random, passed);
    const nth = which === 'first' ? 1 : 1 + below(random, times);
    return { chapter, seed: seedFrom(random), failpoints: [{ point, nth }] };
  });

/** Deaths in one story, as far apart as its points are many: a story is played in the time of a few starts. */
const IN_A_ROW = 8;

/** Every point once, several in the course of one story, in the order in which they are passed. */
export const inChains = (points: Survey, random: Random): readonly Drill[] => {
  const inChapter: string[][] = CHAPTERS.map(() => []);
  const size = (chapter: number): number => inChapter[chapter]?.length ?? 0;
  // Those with the least choice first, so that the rest can even out what stories have to bear.
  for (const [point, passed] of [...points].sort(([, a], [, b]) => a.length - b.length)) {
    const [least] = passed.toSorted((a, b) => size(a.chapter) - size(b.chapter));
    if (least !== undefined) inChapter[least.chapter]?.push(point);
  }
  return inChapter.flatMap((mine, chapter) => {
    const ordered = mine.toSorted((a, b) => orderOf(points, a, chapter) - orderOf(points, b, chapter));
    const chains = Math.ceil(ordered.length / IN_A_ROW);
    return Array.from({ length: chains }, (_, first) => ({
      chapter,
      seed: seedFrom(random),
      failpoints: ordered
        .filter((_point, index) => index % chains === first)
        .map((point) => ({ point, nth: 1 })),
    }));
  });
};

const orderOf = (points: Survey, point: string, chapter: number): number =>
  points.get(point)?.find((passed) => passed.chapter === chapter)?.order ?? 0;

/** Killed at the same point again, and the server that follows too, at a point it is known to pass on its way back. */
export const inRecovery = (runs: readonly Run[], count: number, random: Random): readonly Drill[] => {
  const recovered = runs.flatMap(({ chapter, seed, deaths }) =>
    deaths.filter(({ passed }) => passed.length > 0).map((death) => ({ chapter, seed, death })),
  );
  return Array.from({ length: count }, () => {
    const { chapter, seed, death } = oneOf(random, recovered);
    return {
      chapter: CHAPTERS.findIndex(({ name }) => name === chapter),
      seed,
      failpoints: [death.at, { point: oneOf(random, death.passed), nth: 1 }],
    };
  });
};
