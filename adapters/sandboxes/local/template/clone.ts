import { chownSync } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../command.ts';
import { removeTree } from '../remove.ts';
import type { Manifest } from './manifest.ts';

const TIMEOUT_MS = 60_000;

const copyTree = async (from: string, to: string, share: boolean, signal?: AbortSignal): Promise<void> => {
  await command('cp', [share ? '-al' : '-a', '--', from, to], { timeoutMs: TIMEOUT_MS, signal });
};

/** The links of files that are edited in place become files of the clone's own. */
const unshare = async (app: string, clone: string, manifest: Manifest): Promise<void> => {
  for (const path of manifest.own) {
    const fresh = join(clone, `${path}.unshared`);
    await copyFile(join(app, path), fresh);
    await rename(fresh, join(clone, path));
  }
};

/**
 * Makes `clone` (which must not exist) a copy of the template's app. With `share`, files under `node_modules` are
 * hard links to the template's, of which there are 12,000; on a file system that cannot link they are copied.
 * A child process does it: thousands of system calls would hold up this one's event loop. Where `signal` aborts, it
 * rejects, and half a clone is left.
 */
export const cloneApp = async (
  template: { readonly app: string; readonly manifest: Manifest },
  clone: string,
  share: boolean,
  signal?: AbortSignal,
): Promise<void> => {
  if (!share) return copyTree(template.app, clone, false, signal);
  try {
    await copyTree(template.app, clone, true, signal);
  } catch {
    signal?.throwIfAborted();
    // EXDEV, EMLINK or EPERM: a copy is right wherever a link is not possible.
    await removeTree(clone, signal);
    return copyTree(template.app, clone, false, signal);
  }
  await unshare(template.app, clone, template.manifest);
};

/**
 * Gives a clone to a sandbox: its directories and its own files. What is shared stays the template owner's and
 * read-only, while npm, which renames new files into place, works all the same.
 */
export const handOver = (manifest: Manifest, clone: string, uid: number): void => {
  for (const path of [...manifest.own, ...manifest.dirs.toReversed(), ''])
    chownSync(join(clone, path), uid, uid);
};
