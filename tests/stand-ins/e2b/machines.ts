import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBackground } from '../../../adapters/sandboxes/background.ts';
import type { BakedTemplate } from '../../../adapters/sandboxes/local/bake.ts';
import { createSandboxFiles } from '../../../adapters/sandboxes/local/files.ts';
import { chooseProfile } from '../../../adapters/sandboxes/local/isolation/probe.ts';
import { sandboxesDir } from '../../../adapters/sandboxes/local/paths.ts';
import { watchBridge } from '../../../adapters/sandboxes/local/processes/bridge-process.ts';
import { endProcesses } from '../../../adapters/sandboxes/local/processes/end.ts';
import { MARKER } from '../../../adapters/sandboxes/local/processes/kill.ts';
import { writeIdentity } from '../../../adapters/sandboxes/local/processes/process-identity.ts';
import { spawnInside } from '../../../adapters/sandboxes/local/processes/spawn.ts';

/** A sandbox with envd running in it, on a file system, a user and a network of its own. */
export type Machine = {
  /** Of envd, which is the only way in. */
  readonly socketPath: string;
  /** Every process stops where it is, and goes on from there: what a snapshot of a machine's memory does. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly destroy: () => Promise<void>;
};

const SOCKET = 'envd.sock';
const UP_WITHIN_MS = 30_000;

const accepts = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const childrenOf = (pid: number): readonly number[] => {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return [];
  return readdirSync(tasks).flatMap((task) => {
    try {
      const children = readFileSync(join(tasks, task, 'children'), 'utf8')
        .split(' ')
        .filter(Boolean)
        .map(Number);
      return children.flatMap((child) => [child, ...childrenOf(child)]);
    } catch {
      return []; // ended while we looked
    }
  });
};

const signalAll = (root: number, signal: NodeJS.Signals): void => {
  for (const pid of childrenOf(root)) {
    try {
      process.kill(pid, signal);
    } catch {
      // Ended by itself: nothing is left to be stopped.
    }
  }
};

/** Machines on this one, cloned from the template the local sandboxes are cloned from. Needs bubblewrap. */
export const createMachines = async (dataDir: string, baked: BakedTemplate) => {
  mkdirSync(sandboxesDir(dataDir), { recursive: true, mode: 0o711 });
  const { profile, cgroups } = await chooseProfile({ dataDir });
  if (!profile.ownNetwork) throw new Error('The E2B stand-in needs bubblewrap to keep its machines apart.');
  const background = createBackground((what, error) => console.error(what, error));
  const closing = new AbortController().signal;
  const files = createSandboxFiles({ dataDir, baked, profile, background, closing });

  const create = async (id: string): Promise<Machine> => {
    const paths = files.paths(id);
    const uid = await files.create(id);
    for (const dir of [paths.run, paths.forwards, paths.links])
      mkdirSync(dir, { recursive: true, mode: 0o755 });
    chownSync(paths.run, uid, uid);
    cpSync(join(import.meta.dirname, 'envd'), join(paths.home, '.envd'), { recursive: true });
    const dirs = { ...paths, runtime: baked.runtimeDir };
    const inside = profile.inside(dirs);
    const node = join(inside.runtime, 'bin/node');
    const envd = [node, join(inside.home, '.envd/main.ts'), join(inside.run, SOCKET)];
    const child = spawnInside(
      profile.launch(dirs, uid, ['env', 'PATH=/usr/local/bin:/usr/bin:/bin', ...envd]),
      {
        env: { HOME: inside.home, USER: 'user', [MARKER]: paths.mark },
        cgroup: cgroups?.create(id) ?? [],
      },
    );
    const { pid } = child;
    if (pid === undefined) throw new Error('The machine could not be started.');
    writeIdentity(paths.pid, pid);
    const ended = watchBridge(child, () => undefined);
    let wanted = true;
    ended.ended.then(
      (how) => wanted && console.error(`Machine ${id} ended by itself (${how}): ${ended.lastWords()}`),
      () => undefined,
    );
    const destroy = async (): Promise<void> => {
      wanted = false;
      await endProcesses(id, paths, cgroups);
      await ended.ended;
      await files.discard(id);
    };
    const socketPath = join(paths.run, SOCKET);
    const until = performance.now() + UP_WITHIN_MS;
    // A socket's file is there from bind on, a moment before anybody listens.
    while (!(await accepts(socketPath))) {
      if (ended.outcome() !== undefined || performance.now() > until) {
        await destroy();
        throw new Error(`envd did not come up (${ended.outcome()}): ${ended.lastWords()}`);
      }
      await sleep(10);
    }
    return {
      socketPath,
      freeze: () => signalAll(pid, 'SIGSTOP'),
      thaw: () => signalAll(pid, 'SIGCONT'),
      destroy,
    };
  };

  return { create, settled: background.settled };
};
export type Machines = Awaited<ReturnType<typeof createMachines>>;
