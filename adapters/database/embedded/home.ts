import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { type Account, accountFor, canEnter, giveTo } from './account.ts';
import { EmbeddedPostgresError } from './failure.ts';

/** Where everything of one cluster lives, and whose it is. */
export type Home = {
  readonly path: string;
  readonly pgdata: string;
  readonly account: Account | undefined;
  /** True where the cluster could not live in the data directory itself. */
  readonly relocated: boolean;
};

const POINTER = 'location';
const OWNER = 'owner';
const STATE_ROOT = '/var/lib';

const readLine = async (path: string): Promise<string | undefined> =>
  (await readFile(path, 'utf8').catch(() => undefined))?.trim() || undefined;

const firstClosed = async (account: Account, directory: string): Promise<string> => {
  const parent = dirname(directory);
  if (parent !== directory && !(await canEnter(account, parent))) return firstClosed(account, parent);
  return directory;
};

/** A copied data directory points at the cluster of the original: two servers must not share it. */
const refuseCopy = async (dataDir: string, path: string): Promise<void> => {
  const owner = await readLine(join(path, OWNER));
  if (owner === undefined || owner === dataDir) return;
  if ((await readLine(join(owner, POINTER))) !== path) return;
  throw new EmbeddedPostgresError(
    'postgres_copied_data_dir',
    `${dataDir} is a copy of ${owner}, and the database cluster of both is ${path}. ` +
      `Delete ${join(dataDir, POINTER)} to start the copy with an empty cluster.`,
  );
};

const prepare = async (path: string, account: Account | undefined): Promise<Home> => {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await giveTo(account, path);
  await chmod(path, 0o700);
  return { path, pgdata: join(path, 'pgdata'), account, relocated: false };
};

/**
 * Below `root` the same place for the same data directory, so that one deleted and made again finds what it left.
 * For a temporary one a temporary place, under a name nobody can have taken before us.
 */
const newPlace = async (dataDir: string, root: string | undefined): Promise<string> => {
  const temporary = await realpath(tmpdir());
  if (root === undefined && dataDir.startsWith(`${temporary}${sep}`))
    return mkdtemp(join(temporary, 'mk0r-pg-'));
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  return join(root ?? STATE_ROOT, `mk0r-${hash}`);
};

const relocate = async (dataDir: string, root: string | undefined, account: Account): Promise<Home> => {
  const closed = await firstClosed(account, dirname(dataDir));
  try {
    const path = (await readLine(join(dataDir, POINTER))) ?? (await newPlace(dataDir, root));
    await refuseCopy(dataDir, path);
    const home = await prepare(path, account);
    await writeFile(join(path, OWNER), `${dataDir}\n`);
    await writeFile(join(dataDir, POINTER), `${path}\n`);
    return { ...home, relocated: true };
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new EmbeddedPostgresError(
      'postgres_data_dir_unreachable',
      `Postgres runs as ${account.name}, which cannot enter ${closed}, and no other place could be made (${why}). ` +
        `Run 'chmod o+x ${closed}', or set MK0R_DATA_DIR to a directory ${account.name} can reach.`,
    );
  }
};

/**
 * The home of the cluster that belongs to `dataDir`: the directory itself, or, where root runs us below a directory
 * the unprivileged account cannot enter (`/root/project`), `/var/lib/mk0r-<hash>` with a pointer left in `dataDir`.
 * Once relocated, it stays there. Rejects with `EmbeddedPostgresError`.
 */
export const findHome = async (directory: string, relocateTo?: string): Promise<Home> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(directory);
  const pointed = await readLine(join(dataDir, POINTER));
  const account = await accountFor(join(pointed ?? dataDir, 'pgdata'));
  const reachable = account === undefined || (await canEnter(account, dirname(dataDir)));
  if (account !== undefined && (pointed !== undefined || !reachable))
    return relocate(dataDir, relocateTo, account);
  return prepare(dataDir, account);
};

/** Ends the cluster of a stopped server for good, wherever it lives. */
export const removeCluster = async (dataDir: string): Promise<void> => {
  const pointed = await readLine(join(dataDir, POINTER));
  if (pointed !== undefined) await rm(pointed, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
};
