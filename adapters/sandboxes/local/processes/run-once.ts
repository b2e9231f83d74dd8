import { text } from 'node:stream/consumers';
import type { Launch } from '../profile.ts';
import { killHard } from './kill.ts';
import { spawnInside } from './spawn.ts';

export type Outcome = { readonly exitCode: number; readonly output: string };

/** Runs a launch to its end; one that takes longer than `timeoutMs` is killed with all it started. */
export const runOnce = async (
  launch: Launch,
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly cgroup: readonly string[];
    readonly timeoutMs: number;
    readonly cwd?: string;
  },
): Promise<Outcome> => {
  const child = spawnInside(launch, options);
  const { stdout, stderr, pid } = child;
  if (stdout === null || stderr === null || pid === undefined)
    return { exitCode: 127, output: 'not started' };
  const timer = setTimeout(() => killHard(-pid), options.timeoutMs);
  try {
    const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 137)));
    const [exitCode, out, err] = await Promise.all([ended, text(stdout), text(stderr)]);
    return { exitCode, output: `${out}${err}`.slice(-8_000) };
  } finally {
    clearTimeout(timer);
  }
};
