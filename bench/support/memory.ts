import { readdir, readFile } from 'node:fs/promises';

/** A file of `/proc`, or nothing: the process may have ended. */
const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** Pid to parent, of every process there is; nothing where there is no `/proc`. */
const parents = async (): Promise<ReadonlyMap<number, number>> => {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = new Map<number, number>();
  for (const pid of pids)
    found.set(Number(pid), Number(/\) \S (\d+)/.exec(await read(`/proc/${pid}/stat`))?.[1] ?? 0));
  return found;
};

/**
 * MiB that the sandboxes of this process use now: the proportional share of every process below it, so that what
 * several map together is counted once. The database server is not theirs. One file after the other, so that the server
 * in this process goes on meanwhile. 0 where there is no `/proc`.
 */
export const sandboxMebibytes = async (): Promise<number> => {
  const all = await parents();
  const isBelow = (pid: number): boolean => {
    const parent = all.get(pid);
    if (parent === undefined || parent === 0) return false;
    return parent === process.pid || isBelow(parent);
  };
  let kibibytes = 0;
  for (const pid of [...all.keys()].filter(isBelow)) {
    if (/postgres/.test(await read(`/proc/${pid}/comm`))) continue;
    kibibytes += Number(/^Pss:\s+(\d+)/m.exec(await read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  }
  return Math.round(kibibytes / 1024);
};
