import { chownSync, constants, copyFileSync, lchownSync, linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Manifest } from './manifest.ts';

/** Synchronous calls are several times faster than the thread pool here; a batch holds the event loop for ~3 ms. */
const BATCH = 250;

const inBatches = async <A>(items: readonly A[], act: (item: A) => void): Promise<void> => {
  for (let start = 0; start < items.length; start += BATCH) {
    items.slice(start, start + BATCH).forEach(act);
    await nextTurn();
  }
};

const isCrossDevice = (error: unknown): boolean =>
  ['EXDEV', 'EMLINK', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');

/**
 * Makes `target` (which must not exist) a copy of the template's app that belongs to `uid`. With `share`, files under
 * `node_modules` are hard links: they stay the template owner's and read-only, while npm, which renames new files
 * into place, still works in directories that are the sandbox's. Share only where `uid` is not the owner. A file
 * system that cannot link is copied to.
 */
export const cloneApp = async (
  template: { readonly app: string; readonly manifest: Manifest },
  target: string,
  options: { readonly uid: number; readonly share: boolean },
): Promise<void> => {
  const { dirs, linked, copied, symlinks } = template.manifest;
  const { uid } = options;
  const isOther = uid !== process.getuid?.();
  let share = options.share;

  const copy = (path: string): void => {
    const to = join(target, path);
    copyFileSync(join(template.app, path), to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    if (isOther) chownSync(to, uid, uid);
  };
  const link = (path: string): void => {
    try {
      linkSync(join(template.app, path), join(target, path));
    } catch (error) {
      if (!isCrossDevice(error)) throw error;
      share = false;
      copy(path);
    }
  };

  mkdirSync(target, { mode: 0o700 });
  await inBatches(dirs, (path) => mkdirSync(join(target, path)));
  await inBatches(linked, (path) => (share ? link(path) : copy(path)));
  await inBatches(copied, copy);
  for (const [path, to] of symlinks) {
    symlinkSync(to, join(target, path));
    if (isOther) lchownSync(join(target, path), uid, uid);
  }
  // Last: while the directories are still this process's own, nobody can put a link in the way of the writes above.
  if (isOther) await inBatches([...dirs, ''], (path) => chownSync(join(target, path), uid, uid));
};
