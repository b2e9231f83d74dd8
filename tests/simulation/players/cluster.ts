import type { Settings } from '../../../commands/process-managers/context.ts';
import type { Chance, Weighted } from '../chance.ts';
import type { Whereabouts } from '../world/sandboxes.ts';
import { type Server, startServer } from '../world/server.ts';
import type { World } from '../world/world.ts';

type Note = (what: string) => void;

/** How a run's servers are configured; the spec is what a new release changes. */
const drawSettings = (
  chance: Chance,
  { exclusive, mostPooled }: { readonly exclusive: boolean; readonly mostPooled: number },
): Omit<Settings, 'runner'> => {
  const sleeps = chance.happens(0.4);
  return {
    exclusive,
    specHash: 'spec-0',
    model: 'haiku',
    poolTarget: chance.happens(0.5) ? chance.between(0, mostPooled) : 0,
    poolBootConcurrency: chance.between(1, 2),
    topUpHoldMs: chance.pick([0, 0, 20_000]) ?? 0,
    life: {
      sleepAfterMs: sleeps ? chance.between(5_000, 120_000) : 0,
      neverPromptedMs: chance.happens(0.2) ? chance.between(20_000, 600_000) : 0,
      idleMs: chance.happens(0.1) ? chance.between(20_000, 300_000) : 0,
    },
    maxAwake: chance.happens(0.2) ? chance.between(1, 2) : 0,
    janitorEveryMs: chance.happens(0.5) ? chance.between(20_000, 120_000) : 0,
    orphanGraceMs: chance.pick([0, 0, 60_000]) ?? 0,
    pageCheck: 'modules',
  };
};

const WHEREABOUTS: readonly Weighted<Whereabouts>[] = [
  [5, 'this machine'],
  [2, 'a cloud'],
  [3, 'a shared cloud'],
];

const BETWEEN_RELEASES_MS = 20_000;

/** The servers of a run: one that owns its data, or two that share it. Who is down comes back. */
export const createCluster = (
  world: World,
  chance: Chance,
  { note, mostPooled }: { readonly note: Note; readonly mostPooled: number },
) => {
  const sandboxes = chance.weighted(WHEREABOUTS) ?? 'this machine';
  const exclusive = sandboxes !== 'a shared cloud';
  let settings = drawSettings(chance, { exclusive, mostPooled });
  const size = exclusive ? 1 : 2;
  const servers: (Server | undefined)[] = Array.from({ length: size }, () => undefined);
  let started = 0;
  let quiet = false;

  const start = (index: number): void => {
    started += 1;
    const runner = `runner-${started}`;
    const died = (): void => {
      servers[index] = undefined;
      note(`${runner} died`);
      const downFor = quiet ? 0 : chance.between(0, 15_000);
      world.time.after(downFor, () => start(index));
    };
    servers[index] = startServer(world, { settings: { ...settings, runner }, sandboxes, died });
    note(`${runner} started`);
  };

  for (let index = 0; index < size; index += 1) start(index);

  const alive = (): readonly Server[] => servers.filter((server) => server !== undefined);

  return {
    exclusive,
    settings: () => settings,
    alive,
    any: (): Server | undefined => chance.pick(alive()),
    /** A new release: every server comes back with another spec, one after the other; until then old and new share the log. */
    release: (): void => {
      settings = { ...settings, specHash: `spec-${started}` };
      alive().forEach((server, index) => {
        if (index === 0) server.kill();
        else world.time.after(index * BETWEEN_RELEASES_MS, server.kill);
      });
    },
    /** From now on whoever is down comes back at once, and as it was last configured. */
    settle: (): void => {
      quiet = true;
      for (const server of alive()) {
        server.killAfter(Number.POSITIVE_INFINITY);
        if (server.settings.specHash !== settings.specHash) server.kill();
      }
    },
    isWhole: (): boolean => alive().length === size,
  };
};

export type Cluster = ReturnType<typeof createCluster>;
