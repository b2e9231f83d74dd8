import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file of the app, or `undefined` where there is none. */
export async function readApp(cwd: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(join(cwd, path), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces a file whole: the dev server never sees half of one. */
export async function writeApp(cwd: string, path: string, text: string): Promise<void> {
  const target = join(cwd, path);
  const temporary = `${target}.${process.pid}.tmp`;
  await mkdir(dirname(target), { recursive: true });
  await writeFile(temporary, text);
  await rename(temporary, target);
}

export const removeApp = (cwd: string, path: string): Promise<void> => rm(join(cwd, path), { force: true });
