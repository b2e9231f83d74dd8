import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { dataDirKey } from '../../adapters/sandboxes/local/paths.ts';
import { uidRange } from '../../adapters/sandboxes/local/uids.ts';

export type Found = { readonly pid: number; readonly command: string; readonly sandbox: string | undefined };

/**
 * Every process on this machine that belongs to a data directory: the server on it, its Postgres, and all that runs in
 * its sandboxes, told by working directory, environment, command line and uid. Linux only: elsewhere none is found.
 */
export const processesOf = (dataDir: string): readonly Found[] => {
  const pids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids.flatMap((pid) => belonging(pid, dataDir) ?? []);
};

const belonging = (pid: string, dataDir: string): Found | undefined => {
  const [key, uids] = [dataDirKey(dataDir), uidRange(dataDir)];
  const arguments_ = read(pid, 'cmdline').split('\0');
  const variables = read(pid, 'environ').split('\0');
  const uid = Number(/^Uid:\s+(\d+)/m.exec(read(pid, 'status'))?.[1]);
  const sandbox = variables
    .find((entry) => entry.startsWith(`MK0R_SANDBOX=${key}/`))
    ?.slice(`MK0R_SANDBOX=${key}/`.length);
  const ours =
    sandbox !== undefined ||
    variables.includes(`MK0R_DATA_DIR=${dataDir}`) ||
    (uid >= uids.first && uid < uids.first + uids.count) ||
    [...arguments_, workingDirectory(pid)].some((path) => isBelow(dataDir, path));
  if (!ours || isZombie(pid)) return undefined;
  return { pid: Number(pid), command: arguments_.join(' ').trim().slice(0, 200), sandbox };
};

const isBelow = (dataDir: string, path: string): boolean =>
  [dataDir, realpathSync(dataDir)].some((dir) => path === dir || path.startsWith(dir + sep));

/** A zombie has ended; an idle init may leave it for long. */
const isZombie = (pid: string): boolean => /^State:\s+Z/m.test(read(pid, 'status'));

const read = (pid: string, name: string): string => {
  try {
    return readFileSync(join('/proc', pid, name), 'latin1');
  } catch {
    return ''; // gone by now
  }
};

const workingDirectory = (pid: string): string => {
  try {
    return readlinkSync(join('/proc', pid, 'cwd'));
  } catch {
    return '';
  }
};
