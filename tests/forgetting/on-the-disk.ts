import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gunzipSync, inflateSync } from 'node:zlib';
import { findSecrets, type Place, type Secrets } from '../support/secret-search.ts';

/** What the template of an app is made of was there before anybody typed a word; sandboxes share it by hard links. */
const SHARED = 'templates';

type Found = { readonly path: string; readonly inode: number; readonly isDirectory: boolean };

/** Nothing where it is gone: a server that lives makes folders and takes them away again. */
const namesIn = (dir: string): readonly string[] => {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

function* below(dir: string): Generator<Found> {
  for (const name of namesIn(dir)) {
    const path = join(dir, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    // Gone since it was listed, or a socket, or a link to what is listed elsewhere.
    if (stat === undefined || !(stat.isDirectory() || stat.isFile())) continue;
    yield { path, inode: stat.ino, isDirectory: stat.isDirectory() };
    if (stat.isDirectory()) yield* below(path);
  }
}

const bytesOf = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0); // Deleted meanwhile.
  }
};

const unpacked = (path: string, bytes: Buffer): Buffer | undefined => {
  try {
    // A loose object: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    if (/\/objects\/[0-9a-f]{2}\/[0-9a-f]{38}$/.test(path)) return inflateSync(bytes);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : undefined;
  } catch {
    return undefined; // Half written, or not what its name says.
  }
};

/** Deltas in a pack cannot be searched; git makes them whole. */
const objectsIn = (repository: string): Buffer =>
  execFileSync('git', ['--git-dir', repository, 'cat-file', '--batch', '--batch-all-objects'], {
    maxBuffer: 1 << 30,
    env: {
      ...process.env,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
    },
  });

const isRepository = ({ path, isDirectory }: Found): boolean => {
  const names = isDirectory ? namesIn(path) : [];
  return names.includes('objects') && names.includes('HEAD');
};

/**
 * Every file below a data directory, byte for byte: the databases with their freed pages and logs, Postgres's own,
 * sandboxes; what is compressed also as it was before, and of each repository every object.
 */
export function* placesOnDisk(dataDir: string): Generator<Place> {
  const shared = new Set([...below(join(dataDir, SHARED))].map(({ inode }) => inode));
  for (const found of below(dataDir)) {
    const name = relative(dataDir, found.path);
    if (shared.has(found.inode) || name === SHARED || name.startsWith(`${SHARED}/`)) continue;
    yield { name, text: basename(name) };
    if (found.isDirectory) {
      if (isRepository(found))
        yield { name: `${name}, all objects`, text: objectsIn(found.path).toString('latin1') };
      continue;
    }
    const bytes = bytesOf(found.path);
    yield { name, text: bytes.toString('latin1') };
    const plain = unpacked(found.path, bytes);
    if (plain !== undefined) yield { name: `${name}, unpacked`, text: plain.toString('latin1') };
  }
}

/** Which secrets lie in which files, as `<secret> in <path>`. */
export const findOnDisk = async (dataDir: string, secrets: Secrets): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const place of placesOnDisk(dataDir)) {
    found.push(...findSecrets(secrets, [place]));
    // Seconds in all: connections would be cut, and nobody there to hear of it.
    await nextTurn();
  }
  return found;
};
