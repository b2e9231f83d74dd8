import { createChance, type Weighted } from './chance.ts';
import { watchAppends } from './checks/on-append.ts';
import { createAudience } from './players/audience.ts';
import { createCluster } from './players/cluster.ts';
import { createGremlins } from './players/gremlins.ts';
import { createOperator } from './players/operator.ts';
import { type Acknowledged, createVisitor } from './players/visitor.ts';
import { createReport } from './report.ts';
import { createWorld } from './world/world.ts';

type Size = { readonly visitors: number; readonly actions: number; readonly pool: number };

/** How much goes on. Most worlds are small: a fault needs few to show what it breaks, and a second buys more of them. */
const SIZES: readonly Weighted<Size>[] = [
  [14, { visitors: 1, actions: 2, pool: 0 }],
  [4, { visitors: 1, actions: 5, pool: 1 }],
  [1, { visitors: 2, actions: 8, pool: 3 }],
];

/** A world and everybody in it, out of one seed. */
export const createStage = (seed: number) => {
  const report = createReport();
  const shape = createChance(seed, 1);
  const size = shape.weighted(SIZES) ?? { visitors: 1, actions: 3, pool: 0 };
  const watch = watchAppends(report, () => stage);
  const world = createWorld(seed, shape, watch);
  const note = (text: string): void => report.note(world.time.now(), text);
  const cluster = createCluster(world, createChance(seed, 4), { note, mostPooled: size.pool });
  const gremlins = createGremlins(world, cluster, createChance(seed, 5), note);
  const acknowledged: Acknowledged[] = [];
  const operator = createOperator(world, cluster, createChance(seed, 6), note);
  const audience = createAudience(world, cluster, createChance(seed, 7), note);
  const visitors = Array.from({ length: shape.between(1, size.visitors) }, (_, index) =>
    createVisitor({
      world,
      cluster,
      chance: createChance(seed, 10 + index),
      owner: `visitor-${index}`,
      acknowledged: (what) => {
        acknowledged.push(what);
        if (world.store.eventsOf(`session-${what.sessionId}`).length <= what.revision)
          report.violated('what was acknowledged is in the log', `${what.what} of ${what.owner}`);
      },
      contradicted: (what) => report.violated('a command is answered once', what),
      note,
    }),
  );
  const stage = {
    seed,
    size,
    shape,
    report,
    world,
    cluster,
    gremlins,
    operator,
    audience,
    visitors,
    acknowledged,
    note,
  };
  return stage;
};

export type Stage = ReturnType<typeof createStage>;
