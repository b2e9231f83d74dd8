import { chmodSync, lchownSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const manifestSchema = z.object({
  /** Parents before children. */
  dirs: z.array(z.string()),
  /** Never edited in place by anybody: shared between clones where these cannot write them. */
  linked: z.array(z.string()),
  /** Each clone's own. */
  copied: z.array(z.string()),
  symlinks: z.array(z.tuple([z.string(), z.string()])),
});

/** Every path of a template's app, relative to it, sorted by what cloning does with it: no clone reads a directory. */
export type Manifest = z.infer<typeof manifestSchema>;

/** npm rewrites its hidden lockfile, and Vite its cache, in place. */
const rewritten = ['node_modules/.package-lock.json', 'node_modules/.vite/', 'node_modules/.vite-temp/'];

const isLinked = (path: string): boolean =>
  path.startsWith('node_modules/') && !rewritten.some((prefix) => path.startsWith(prefix));

/**
 * Lists the app and closes it: everything belongs to this process's user and nobody else may write, since packages
 * ship files with any mode, and a file linked into a sandbox must not be writable there.
 */
export const sealApp = (app: string): Manifest => {
  const manifest: Manifest = { dirs: [], linked: [], copied: [], symlinks: [] };
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const walk = (dir: string): void => {
    for (const entry of readdirSync(join(app, dir), { withFileTypes: true })) {
      const path = dir === '' ? entry.name : `${dir}/${entry.name}`;
      const full = join(app, path);
      lchownSync(full, uid, gid);
      if (entry.isSymbolicLink()) {
        manifest.symlinks.push([path, readlinkSync(full)]);
      } else if (entry.isDirectory()) {
        chmodSync(full, 0o755);
        manifest.dirs.push(path);
        walk(path);
      } else {
        chmodSync(full, statSync(full).mode & 0o111 ? 0o755 : 0o644);
        (isLinked(path) ? manifest.linked : manifest.copied).push(path);
      }
    }
  };
  chmodSync(app, 0o755);
  walk('');
  return manifest;
};

export const readManifest = (path: string): Manifest =>
  manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
