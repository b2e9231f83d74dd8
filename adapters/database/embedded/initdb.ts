import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { asAccount, writePrivate } from './account.ts';
import type { Binaries } from './binaries.ts';
import { SUPERUSER } from './config.ts';
import { EmbeddedPostgresError } from './failure.ts';
import type { Home } from './home.ts';

const passwordFile = (home: Home): string => join(home.path, 'superuser');

export const superuserPassword = async (home: Home): Promise<string> =>
  (await readFile(passwordFile(home), 'utf8')).trim();

const fsyncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path);
  await directory.sync().finally(() => directory.close());
};

const exists = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined;

/**
 * Makes the cluster if there is none, and answers how long that took (`undefined`: it was there). Built beside its
 * place and renamed into it, so that a kill in the middle leaves no half cluster behind. Rejects with
 * `EmbeddedPostgresError`.
 */
export const ensureCluster = async (home: Home, binaries: Binaries): Promise<number | undefined> => {
  if (await exists(join(home.pgdata, 'PG_VERSION'))) return undefined;
  const startedAt = performance.now();
  const draft = `${home.pgdata}.new`;
  await rm(draft, { recursive: true, force: true });
  await writePrivate(home.account, passwordFile(home), `${randomBytes(24).toString('base64url')}\n`);
  const options = [
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile(home)}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Postgres 17's own locale: Unicode aware, and the same whatever libc or ICU the machine has.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
  try {
    await promisify(execFile)(binaries.initdb, options, { ...asAccount(home.account), timeout: 120_000 });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new EmbeddedPostgresError(
      'postgres_initdb_failed',
      `initdb in ${home.path}: ${said.trim().slice(-500)}`,
    );
  }
  await rename(draft, home.pgdata);
  await fsyncDirectory(home.path);
  return Math.round(performance.now() - startedAt);
};
