import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What never reaches a sandbox: installed or built files, and tests of the bridge and the agent. */
const skipped = (path: string): boolean =>
  /(^|\/)(node_modules|dist|\.git|\.DS_Store)$/.test(path) ||
  (!path.startsWith('template/') && /\.test\.ts$|(^|\/)fixtures$/.test(path));

/** The files of a directory that go into a bake, as sorted relative paths. */
export const sourceFiles = (root: string, dir = ''): readonly string[] =>
  readdirSync(join(root, dir), { withFileTypes: true })
    .map((entry) => ({ entry, path: dir === '' ? entry.name : `${dir}/${entry.name}` }))
    .filter(({ path }) => !skipped(path))
    .flatMap(({ entry, path }) => (entry.isDirectory() ? sourceFiles(root, path) : [path]))
    .sort();

/** 16 hex digits that change with any name or byte under `root`, and with `extra`. */
export const sourceHash = (root: string, extra: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const path of sourceFiles(root)) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  for (const text of extra) hash.update(`\0${text}`);
  return hash.digest('hex').slice(0, 16);
};
