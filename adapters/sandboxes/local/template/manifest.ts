import { chmodSync, lchownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const manifestSchema = z.object({
  dirs: z.array(z.string()),
  /** Files each clone has for itself; the others are never edited in place, and may be shared. */
  own: z.array(z.string()),
});

/** What a sandbox owns of its clone, as paths relative to the app, parents before children. */
export type Manifest = z.infer<typeof manifestSchema>;

/** npm rewrites its hidden lockfile, and Vite its cache, in place. */
const rewritten = ['node_modules/.package-lock.json', 'node_modules/.vite/', 'node_modules/.vite-temp/'];

const isOwn = (path: string): boolean =>
  !path.startsWith('node_modules/') || rewritten.some((prefix) => path.startsWith(prefix));

/**
 * Lists the app and closes it: everything belongs to this process's user and nobody else may write, since packages
 * ship files with any mode, and a file linked into a sandbox must not be writable there.
 */
export const seal = (app: string): Manifest => {
  const manifest: Manifest = { dirs: [], own: [] };
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const walk = (dir: string): void => {
    for (const entry of readdirSync(join(app, dir), { withFileTypes: true })) {
      const path = dir === '' ? entry.name : `${dir}/${entry.name}`;
      const full = join(app, path);
      lchownSync(full, uid, gid);
      if (entry.isSymbolicLink()) continue;
      const isDirectory = entry.isDirectory();
      chmodSync(full, isDirectory || statSync(full).mode & 0o111 ? 0o755 : 0o644);
      if (isDirectory) {
        manifest.dirs.push(path);
        walk(path);
      } else if (isOwn(path)) manifest.own.push(path);
    }
  };
  lchownSync(app, uid, gid);
  chmodSync(app, 0o755);
  walk('');
  return manifest;
};

export const readManifest = (path: string): Manifest =>
  manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
