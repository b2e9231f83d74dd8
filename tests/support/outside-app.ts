import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sandboxPaths } from '../../adapters/sandboxes/local/paths.ts';

/** Where a sandbox may write besides `/app`; everything else is mounted read-only (`profile-bwrap.ts`). */
const WRITABLE = ['tmp', 'dev/shm', 'home/user', 'run/mk0r'];

/** Not the agent's: what Node keeps of Vite's own modules, and the credential that the platform hands over for a turn. */
const ELSEWHOSE = /^(?:tmp\/node-compile-cache\/|run\/mk0r\/git-credential$)/;

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It has ended.
    return '';
  }
};

const below = (pid: number): number[] => {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...below(child)]);
};

/**
 * Every file outside of `/app` in a running sandbox of this machine, with when it was written: `{ "tmp/x": 17… }`. Looks
 * through the root directory of one of its processes, so it needs to be root, and a tier with a file system of its own.
 */
export const outsideApp = (dataDir: string, slug: string): Readonly<Record<string, number>> => {
  const { pid } = JSON.parse(readFileSync(sandboxPaths(dataDir, `mk0r-${slug}`).pid, 'utf8')) as {
    pid: number;
  };
  const root = [pid, ...below(pid)]
    .map((each) => `/proc/${each}/root`)
    .find((each) => existsSync(join(each, 'run/mk0r')) && existsSync(join(each, 'app/package.json')));
  if (root === undefined) throw new Error(`no process of ${slug} has a file system of its own`);
  return Object.fromEntries(
    WRITABLE.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => !ELSEWHOSE.test(path.slice(root.length + 1)))
        .map((path) => [path.slice(root.length + 1), statSync(path).mtimeMs]),
    ),
  );
};
