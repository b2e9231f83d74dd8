import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

/** A directory of the test's own, gone after it. */
export const temporaryDirectories = (): (() => Promise<string>) => {
  const made: string[] = [];
  afterEach(async () => {
    for (const directory of made.splice(0)) await rm(directory, { recursive: true, force: true });
  });
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), 'mk0r-sqlite-'));
    made.push(directory);
    return directory;
  };
};

/**
 * Digest of every file that holds data, by name. Whoever opens a database in WAL mode leaves a shared-memory file and
 * an empty log beside it: those hold none.
 */
export const contents = async (directory: string): Promise<Readonly<Record<string, string>>> => {
  const digests: Record<string, string> = {};
  for (const name of (await readdir(directory)).sort()) {
    const bytes = await readFile(join(directory, name));
    if (name.endsWith('-shm') || (name.endsWith('-wal') && bytes.length === 0)) continue;
    digests[name] = createHash('sha256').update(bytes).digest('hex');
  }
  return digests;
};
