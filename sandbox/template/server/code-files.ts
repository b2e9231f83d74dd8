import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The files in some folders of the app, by absolute path, with when each was changed last (ms). */
export function codeFiles(root: string, folders: readonly string[]): Map<string, number> {
  const paths = folders.flatMap((folder) => filesBelow(join(root, folder)));
  return new Map(paths.map((path) => [path, modifiedAt(path)]));
}

/** 0 for a file that has just gone. */
export function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function filesBelow(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch {
    // There is no such folder in this app.
    return [];
  }
}
