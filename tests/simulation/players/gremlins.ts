import { resourceName, SERVICES } from '../../../domain/services.ts';
import type { Chance } from '../chance.ts';
import type { Accident } from '../faults.ts';
import type { World } from '../world/world.ts';
import type { Cluster } from './cluster.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

const slugOf = (name: string): string => name.slice(resourceName('').length);

type Strays = {
  /** Look like ours; no session owns them. */
  readonly ours: { readonly slug: string; readonly isThere: () => boolean }[];
  /** Are somebody else's, and show it by their name. */
  readonly foreign: { readonly slug: string; readonly isThere: () => boolean }[];
};

/** Whatever happens by itself while faults are on, each kind at moments of its own. */
export const createGremlins = (
  world: World,
  cluster: Cluster,
  chance: Chance,
  note: (what: string) => void,
) => {
  const { time, faults, sandboxes, providers } = world;
  const strays: Strays = { ours: [], foreign: [] };

  const someSandbox = (): string | undefined => chance.pick(sandboxes.fake.names());

  /** A host tells whom it knows when a sandbox has ended; where several share it, that may be nobody. */
  const tell = (name: string): void => {
    if (cluster.exclusive || chance.happens(0.5)) cluster.any()?.sandboxExited(slugOf(name));
  };

  const stray = (provider: (typeof SERVICES)[number], name: string, slug: string) => {
    const isThere = providers[provider].holds({ resourceId: `stray-of-${slug}`, name, slug });
    return { slug, isThere };
  };

  const happen: Readonly<Record<Accident, () => void>> = {
    'server-crashes': () => cluster.any()?.kill(),
    'server-crashes-in-a-call': () => cluster.any()?.killAfter(chance.between(1, 60)),
    'power-fails': () => {
      for (const server of cluster.alive()) server.kill();
    },
    'sandbox-exits': () => {
      const name = someSandbox();
      if (name === undefined) return;
      sandboxes.fake.exits(name);
      tell(name);
    },
    'sandbox-is-lost': () => {
      const name = someSandbox();
      if (name === undefined) return;
      void sandboxes.fake.destroy(name)();
      time.after(2_500, () => tell(name));
    },
    'sandbox-freezes': () => {
      const name = someSandbox();
      if (name !== undefined) sandboxes.freeze(name);
      time.after(chance.between(1_000, 60_000), sandboxes.thaw);
    },
    'resource-vanishes': () => {
      const provider = providers[chance.pick(SERVICES) ?? 'neon'];
      const slug = chance.pick([...provider.live.keys()]);
      if (slug !== undefined) provider.vanishes(slug);
    },
    'stray-appears': () => {
      const slug = Array.from({ length: 12 }, () => chance.pick([...ALPHABET])).join('');
      strays.ours.push(stray(chance.pick(SERVICES) ?? 'neon', resourceName(slug), slug));
    },
    'foreign-appears': () => {
      const slug = chance.pick(['customer-db', 'short', 'production01', 'mk0r']) ?? '';
      // Of another name, or of a name like ours that ours never are.
      const name = slug === 'production01' ? 'production01' : resourceName(slug);
      strays.foreign.push(stray(chance.pick(SERVICES) ?? 'neon', name, slug));
    },
    // Between servers that share their data clocks differ by less than any deadline: that is asked of whoever runs them.
    'clock-jumps': () =>
      time.jump(cluster.exclusive ? (chance.pick([1_000, 30_000, 2_760_000]) ?? 0) : 1_000),
    'spec-changes': () => cluster.release(),
  };

  const haunt = (accident: Accident, every: number): void => {
    time.after(chance.between(0, 2 * every), () => {
      if (!faults.isOn()) return;
      faults.count(accident);
      note(accident);
      happen[accident]();
      haunt(accident, every);
    });
  };

  const start = (phaseMs: number): void => {
    for (const accident of faults.accidents) haunt(accident, phaseMs / chance.between(1, 4));
  };

  return { start, strays };
};

export type Gremlins = ReturnType<typeof createGremlins>;
