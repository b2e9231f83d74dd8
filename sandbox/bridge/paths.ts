import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { errno, Problem } from './http/problem.ts';

export type Paths = {
  /** `/app/x` as a path of this machine. Anything outside `/app` and the run directory is a 403. */
  readonly inside: (path: string) => string;
  /** The same, and with every link followed still inside; what does not exist yet is judged by its nearest parent. */
  readonly confined: (path: string) => Promise<string>;
  /** Where a file of that name may be put: only its directory is followed, since a rename replaces a link itself. */
  readonly replaceable: (path: string) => Promise<string>;
  /** A path of this machine as the product names it: under `/app` where it is the app's. */
  readonly shown: (path: string) => string;
};

const within = (root: string, path: string): boolean => path === root || path.startsWith(`${root}/`);

const outside = (): Problem =>
  new Problem(403, 'path_outside', 'Only paths under /app and the run directory can be used.');

const realNearest = async (path: string): Promise<string> => {
  try {
    return await realpath(path);
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error;
    const parent = dirname(path);
    return join(await realNearest(parent), relative(parent, path));
  }
};

export const createPaths = (appDir: string, runDir: string): Paths => {
  const roots = [resolve(appDir), resolve(runDir)];
  const names: readonly (readonly [string, string])[] = [
    ['/app', resolve(appDir)],
    ['/run/mk0r', resolve(runDir)],
  ];

  const inside = (path: string): string => {
    if (!path.startsWith('/') || path.includes('\0')) {
      throw new Problem(400, 'invalid_path', 'The path must be absolute, like /app/src/main.tsx.');
    }
    const asked = resolve(path);
    const mapped = names
      .filter(([name]) => within(name, asked))
      .map(([name, root]) => join(root, relative(name, asked)));
    const local = mapped[0] ?? asked;
    if (!roots.some((root) => within(root, local))) throw outside();
    return local;
  };

  const follow = async (local: string): Promise<string> => {
    const [real, ...realRoots] = await Promise.all([realNearest(local), ...roots.map(realNearest)]);
    if (!realRoots.some((root) => within(root, real))) throw outside();
    return real;
  };

  const confined = async (path: string): Promise<string> => follow(inside(path));

  const replaceable = async (path: string): Promise<string> => {
    const local = inside(path);
    if (roots.includes(local)) throw new Problem(400, 'not_a_file', 'The path is a directory.');
    return join(await follow(dirname(local)), basename(local));
  };

  const shown = (path: string): string => {
    const [name, root] = ['/app', resolve(appDir)];
    return within(root, path) ? join(name, relative(root, path)) : path;
  };

  return { inside, confined, replaceable, shown };
};
