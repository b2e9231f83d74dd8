import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Environment variable that every process of a sandbox inherits; its value is the sandbox's mark. */
export const MARKER = 'MK0R_SANDBOX';

/** Ends a process (negative: its group) at once; one that is already gone is fine. */
export const killHard = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

const hasMarker = (pid: string, entry: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(entry);
  } catch {
    // Another user's, or gone.
    return false;
  }
};

/**
 * Ends whatever was started with this sandbox's marker and left its process group, which a dev server or a shell job
 * does. Linux only; elsewhere such a process stays until it ends by itself.
 */
export const killMarked = async (mark: string): Promise<boolean> => {
  if (!existsSync('/proc/self/environ')) return false;
  const entry = `${MARKER}=${mark}`;
  let found = false;
  for (let round = 0; round < 20; round += 1) {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && hasMarker(name, entry));
    if (pids.length === 0) return found;
    found = true;
    for (const pid of pids) killHard(Number(pid));
    await sleep(5);
  }
  return found;
};
