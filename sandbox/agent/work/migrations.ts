import { readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readApp, writeApp } from './files.ts';

const FOLDER = 'drizzle';

/** The app's migrations as they are now; calling the answer puts them back, and removes what has come since. */
export async function keepMigrations(cwd: string): Promise<() => Promise<void>> {
  const kept = new Map<string, string>();
  for (const path of await filesOf(cwd)) kept.set(path, (await readApp(cwd, path)) ?? '');
  return async () => {
    for (const path of await filesOf(cwd)) if (!kept.has(path)) await rm(join(cwd, path), { force: true });
    for (const [path, text] of kept) if ((await readApp(cwd, path)) !== text) await writeApp(cwd, path, text);
  };
}

async function filesOf(cwd: string): Promise<string[]> {
  const entries = await readdir(join(cwd, FOLDER), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(cwd, join(entry.parentPath, entry.name)));
}
