import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.ts';
import { trashDir } from './paths.ts';

const TIMEOUT_MS = 120_000;

/**
 * Deletes a tree a stranger may have made: `rm` walks by descriptor, where Node builds paths that a deep nesting
 * makes longer than the system takes. Without root, directories closed by their owner are opened first. Where `signal`
 * aborts, it rejects, and some of the tree is left.
 */
export const removeTree = async (path: string, signal?: AbortSignal): Promise<void> => {
  const options = { timeoutMs: TIMEOUT_MS, signal };
  try {
    await command('rm', ['-rf', '--', path], options);
  } catch {
    signal?.throwIfAborted();
    await command('chmod', ['-R', 'u+rwX', '--', path], options);
    await command('rm', ['-rf', '--', path], options);
  }
};

/** Takes a directory away at once, by renaming it; answers where it waits to be removed. */
export const moveToTrash = (dataDir: string, path: string): string | undefined => {
  if (!existsSync(path)) return undefined;
  mkdirSync(trashDir(dataDir), { recursive: true, mode: 0o700 });
  const target = join(trashDir(dataDir), randomUUID());
  renameSync(path, target);
  return target;
};

/** The same within the directory it is in, for what may lie on another file system than the trash. */
export const moveAside = (path: string): string | undefined => {
  if (!existsSync(path)) return undefined;
  const target = `${path}.${randomUUID()}`;
  renameSync(path, target);
  return target;
};

/** Removes what waits in the trash, also from before a crash. */
export const emptyTrash = async (dataDir: string, signal?: AbortSignal): Promise<void> => {
  const trash = trashDir(dataDir);
  for (const entry of existsSync(trash) ? readdirSync(trash) : [])
    await removeTree(join(trash, entry), signal);
};
