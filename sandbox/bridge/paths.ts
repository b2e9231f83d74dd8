import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { errno, Problem } from './http/problem.ts';

export type Paths = {
  /** `/app/x` as a path of this machine; any other absolute path as it is. */
  readonly local: (path: string) => string;
  /** The same, of `/app` or the run directory. Anything outside `/app` and the run directory is a 403. */
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

  const local = (path: string): string => {
    if (!path.startsWith('/') || path.includes('\0')) {
      throw new Problem(400, 'invalid_path', 'The path must be absolute, like /app/src/main.tsx.');
    }
    const asked = resolve(path);
    const name = names.find(([name]) => within(name, asked));
    return name === undefined ? asked : join(name[1], relative(name[0], asked));
  };

  const inside = (path: string): string => {
    const mapped = local(path);
    if (!roots.some((root) => within(root, mapped))) throw outside();
    return mapped;
  };

  const follow = async (path: string): Promise<string> => {
    const [real, ...realRoots] = await Promise.all([realNearest(path), ...roots.map(realNearest)]);
    if (!realRoots.some((root) => within(root, real))) throw outside();
    return real;
  };

  const confined = async (path: string): Promise<string> => follow(inside(path));

  const replaceable = async (path: string): Promise<string> => {
    const mapped = inside(path);
    if (roots.includes(mapped)) throw new Problem(400, 'not_a_file', 'The path is a directory.');
    return join(await follow(dirname(mapped)), basename(mapped));
  };

  const app = resolve(appDir);
  const shown = (path: string): string => (within(app, path) ? join('/app', relative(app, path)) : path);

  return { local, inside, confined, replaceable, shown };
};
