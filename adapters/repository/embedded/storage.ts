import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRepository, repositoryPath } from './names.ts';
import { runGit } from './run-git.ts';

/** One repository may take this much of the disk before further pushes are refused. */
export const MAX_REPOSITORY_BYTES = 1024 * 1024 * 1024;

/** Drafts and trash begin with a dot, which no repository name does. */
const hidden = (dataDir: string, kind: 'new' | 'trash'): string =>
  join(dataDir, `.${kind}-${randomBytes(8).toString('hex')}`);

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

export const repositoryExists = async (dataDir: string, name: string): Promise<boolean> =>
  (await stat(repositoryPath(dataDir, name)).catch(() => undefined))?.isDirectory() ?? false;

/**
 * Makes the bare repository, or keeps the one that is there. Made beside its place and renamed into it: what is at
 * its place is always whole, and of two attempts one wins. No template, so no hooks.
 * @param fill puts into a new one what it shall hold from the start
 */
export const createRepository = async (
  dataDir: string,
  name: string,
  git: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
  fill: (draft: string) => Promise<void> = async () => {},
): Promise<void> => {
  if (await repositoryExists(dataDir, name)) return;
  const draft = hidden(dataDir, 'new');
  try {
    const args = ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', draft];
    await runGit(args, { ...git, cwd: dataDir, maxBytes: 1_000 });
    await fill(draft);
    git.signal.throwIfAborted();
    await rename(draft, repositoryPath(dataDir, name));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  }
};

/** Gone at once for everybody, then deleted. Nothing to do where there is none. */
export const removeRepository = async (dataDir: string, name: string): Promise<void> => {
  const trash = hidden(dataDir, 'trash');
  try {
    await rename(repositoryPath(dataDir, name), trash);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  await rm(trash, { recursive: true, force: true });
};

export const listRepositories = async (dataDir: string): Promise<readonly string[]> =>
  (await readdir(dataDir))
    .filter((entry) => entry.endsWith('.git'))
    .map((entry) => entry.slice(0, -'.git'.length))
    .filter(isRepository)
    .sort();

/** What a kill in the middle of a creation or a removal left. */
export const sweep = async (dataDir: string): Promise<void> => {
  for (const entry of await readdir(dataDir)) {
    if (/^\.(new|trash)-/.test(entry)) await rm(join(dataDir, entry), { recursive: true, force: true });
  }
};

/** Ends what killed pushes left in quarantine; only while no push to that repository is running. */
export const sweepQuarantine = async (dataDir: string, name: string): Promise<void> => {
  const objects = join(repositoryPath(dataDir, name), 'objects');
  for (const entry of await readdir(objects).catch(() => [])) {
    if (/^(tmp_objdir-)?incoming-/.test(entry))
      await rm(join(objects, entry), { recursive: true, force: true });
  }
};

/** Bytes its files hold, counted until the limit is passed. */
export const isFull = async (
  dataDir: string,
  name: string,
  limit = MAX_REPOSITORY_BYTES,
): Promise<boolean> => {
  const root = repositoryPath(dataDir, name);
  let bytes = 0;
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
    if (bytes > limit) return true;
  }
  return false;
};
