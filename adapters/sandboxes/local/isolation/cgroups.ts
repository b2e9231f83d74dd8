import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killHard } from '../processes/kill.ts';

const MEMORY_BYTES = 1536 * 1024 * 1024;
const MAX_PROCESSES = 512;
const CPU_PERIOD_US = 100_000;
const CPU_QUOTA_US = 150_000;

type Files = Readonly<Record<string, string>>;
type Hierarchy = {
  readonly parent: string;
  readonly limits: Files;
  /** Set where the kernel has them. */
  readonly optional?: Files;
};

/** Limits on memory (1.5 GiB), processes (512) and CPU (150 %) for groups of processes, one group a sandbox. */
export type Cgroups = {
  readonly version: 'cgroup1' | 'cgroup2';
  /** Makes the group; a process joins by writing its pid to each of these files, before it forks or execs. */
  readonly create: (name: string) => readonly string[];
  readonly names: () => readonly string[];
  /** Kills every process of the group and removes it; true when any was there. */
  readonly kill: (name: string) => Promise<boolean>;
};

const pidsIn = (group: string): readonly number[] =>
  existsSync(group)
    ? readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
    : [];

const killAll = async (groups: readonly string[]): Promise<boolean> => {
  let found = false;
  // Again until empty: a process may fork between the listing and the signal.
  for (let round = 0; round < 200; round += 1) {
    const pids = groups.flatMap(pidsIn);
    if (pids.length === 0) return found;
    found = true;
    for (const pid of pids) killHard(pid);
    await sleep(round < 10 ? 2 : 20);
  }
  throw new Error(`Processes in ${groups[0]} do not end.`);
};

/** The last members are reaped a moment after they leave `cgroup.procs`; until then rmdir answers EBUSY. */
const remove = async (group: string): Promise<void> => {
  for (let round = 0; existsSync(group); round += 1) {
    try {
      rmdirSync(group);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || round > 100) throw error;
      await sleep(5);
    }
  }
};

/** Made again with the next group; left behind, each data directory ever used would keep one. */
const removeIfEmpty = (parent: string): void => {
  try {
    rmdirSync(parent);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['EBUSY', 'ENOTEMPTY', 'ENOENT'].includes(code)) throw error;
  }
};

const over = (
  version: Cgroups['version'],
  hierarchies: readonly Hierarchy[],
  prepare: () => void = () => undefined,
): Cgroups => ({
  version,
  create: (name) => {
    prepare();
    return hierarchies.map(({ parent, limits, optional = {} }) => {
      const group = join(parent, name);
      mkdirSync(group, { recursive: true });
      for (const [file, value] of Object.entries(limits)) writeFileSync(join(group, file), value);
      for (const [file, value] of Object.entries(optional)) {
        if (existsSync(join(group, file))) writeFileSync(join(group, file), value);
      }
      return join(group, 'cgroup.procs');
    });
  },
  names: () => [
    ...new Set(
      hierarchies
        .filter(({ parent }) => existsSync(parent))
        .flatMap(({ parent }) => readdirSync(parent, { withFileTypes: true }))
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name),
    ),
  ],
  kill: async (name) => {
    const groups = hierarchies.map(({ parent }) => join(parent, name));
    const found = await killAll(groups);
    for (const group of groups) await remove(group);
    for (const { parent } of hierarchies) removeIfEmpty(parent);
    return found;
  },
});

/** Version 1: one tree a controller. Ours hangs below the group this process is in, so that the server's own limits hold. */
const version1 = (root: string, key: string, ownGroups: string): Cgroups => {
  const parentIn = (controller: string): string => {
    const own =
      ownGroups.match(new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, 'm'))?.[1] ?? '/';
    const path = join(root, controller, own);
    return join(existsSync(path) ? path : join(root, controller), key);
  };
  return over('cgroup1', [
    { parent: parentIn('memory'), limits: { 'memory.limit_in_bytes': String(MEMORY_BYTES) } },
    { parent: parentIn('pids'), limits: { 'pids.max': String(MAX_PROCESSES) } },
    {
      parent: parentIn('cpu'),
      limits: { 'cpu.cfs_period_us': String(CPU_PERIOD_US), 'cpu.cfs_quota_us': String(CPU_QUOTA_US) },
    },
  ]);
};

/** Version 2: one tree, whose controllers must be switched on from the top down. */
const version2 = (root: string, key: string): Cgroups => {
  const parent = join(root, key);
  const limits = {
    'memory.max': String(MEMORY_BYTES),
    'pids.max': String(MAX_PROCESSES),
    'cpu.max': `${CPU_QUOTA_US} ${CPU_PERIOD_US}`,
  };
  return over('cgroup2', [{ parent, limits, optional: { 'memory.swap.max': '0' } }], () => {
    mkdirSync(parent, { recursive: true });
    for (const dir of [root, parent])
      writeFileSync(join(dir, 'cgroup.subtree_control'), '+memory +pids +cpu');
  });
};

/**
 * The kind of groups mounted on this machine; whether one can be made (which takes root, and a writable tree in a
 * container) shows when it is tried. `key` names the parent of all groups, and must be this data directory's alone:
 * who is in it is ours to kill.
 */
export const findCgroups = (
  key: string,
  root = '/sys/fs/cgroup',
  ownGroups = existsSync('/proc/self/cgroup') ? readFileSync('/proc/self/cgroup', 'utf8') : '',
): Cgroups | undefined => {
  if (existsSync(join(root, 'cgroup.controllers'))) return version2(root, key);
  const mounted = ['memory', 'pids', 'cpu'].every((controller) => existsSync(join(root, controller)));
  return mounted ? version1(root, key, ownGroups) : undefined;
};
