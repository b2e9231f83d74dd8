import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

const ps = async (pid: number, column: string): Promise<string | undefined> => {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', `${column}=`, '-p', String(pid)], {
      timeout: 5_000,
    });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
};

export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** When that process started, in the system's own words: with the pid it names one process, since pids come again. */
export const startedAt = async (pid: number): Promise<string | undefined> => {
  if (process.platform !== 'linux') return ps(pid, 'lstart');
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // Field 22 of proc(5); the second field, the name, may itself hold spaces and parentheses.
  return stat
    ?.slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .at(19);
};

/** Is that process the postmaster of this cluster? A postmaster works in its data directory and is named so. */
export const isPostmasterOf = async (pid: number, pgdata: string): Promise<boolean> => {
  if (process.platform !== 'linux') return ((await ps(pid, 'command')) ?? '').includes(`-D ${pgdata}`);
  const [cwd, cmdline] = await Promise.all([
    readlink(`/proc/${pid}/cwd`).catch(() => ''),
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
  ]);
  return cwd === pgdata && cmdline.split('\0').includes(pgdata);
};
