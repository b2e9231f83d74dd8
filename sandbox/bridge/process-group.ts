import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { errno } from './http/problem.ts';

/** Signals a whole process group; a child started `detached` leads one. A group that is gone already is fine. */
export const signalGroup = (leader: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (errno(error) !== 'ESRCH' && errno(error) !== 'EPERM') throw error;
  }
};

/** Whether the child itself has ended; its group may still have members. */
export const hasExited = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

/** Waits up to `graceMs` for the child to leave by itself, then kills whatever is left of its group. */
export const endGroup = async (child: ChildProcess, graceMs: number): Promise<void> => {
  if (child.pid === undefined) return;
  if (!hasExited(child)) {
    await Promise.race([once(child, 'exit'), new Promise((resolve) => setTimeout(resolve, graceMs).unref())]);
  }
  signalGroup(child.pid, 'SIGKILL');
};
