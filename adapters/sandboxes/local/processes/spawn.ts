import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { Launch } from '../profile.ts';

/**
 * Joins the groups before anything is executed: a process moved later leaves behind what it has already forked.
 * Then bounds core dumps (none), files (2 GiB in 512-byte blocks) and descriptors.
 */
const enter = `
while [ "$1" != -- ]; do echo $$ > "$1" || exit 125; shift; done
shift
ulimit -c 0; ulimit -f 4194304; ulimit -n 16384
exec "$@"`;

/**
 * Starts a launch in a process group of its own (so that Ctrl-C ends the server first), with exactly `env` as its
 * environment, besides the host's own PATH, by which bwrap is found. Secrets go there, never into arguments.
 */
export const spawnInside = (
  launch: Launch,
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly cgroup: readonly string[];
    readonly cwd?: string;
  },
): ChildProcess => {
  const child = spawn('/bin/sh', ['-c', enter, 'sh', ...options.cgroup, '--', launch.file, ...launch.args], {
    cwd: options.cwd ?? '/',
    env: { ...options.env, PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe', ...launch.feeds.map(() => 'pipe' as const)],
    detached: true,
  });
  launch.feeds.forEach((feed, index) => {
    const pipe = child.stdio[index + 3] as Writable;
    // A launch that fails before reading says so by its exit code.
    pipe.on('error', () => undefined);
    pipe.end(feed);
  });
  return child;
};
