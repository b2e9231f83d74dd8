import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BaseLogger } from 'pino';
import { giveTo, writePrivate } from './account.ts';
import { type Admin, connectAdmin } from './admin.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { PG_HBA, postgresqlConf } from './config.ts';
import { findHome, type Home } from './home.ts';
import { ensureCluster, superuserPassword } from './initdb.ts';
import { stopLeftover } from './leftover.ts';
import { takeOwnership } from './ownership.ts';
import { choosePort } from './port.ts';
import { type ClusterState, supervise } from './supervise.ts';

export type Logger = Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>;

export type EmbeddedPostgresOptions = {
  /** A directory of its own, made where missing. */
  readonly dataDir: string;
  /** 0 picks a free port, the same again at the next start. */
  readonly port: number;
  readonly logger: Logger;
  /** Where the cluster goes when root runs us below a directory the unprivileged account cannot enter (`/var/lib`). */
  readonly relocateTo?: string;
  /** How long who wants one of our few connections waits for it; 15 s unless told. */
  readonly waitMs?: number;
};

export type EmbeddedPostgres = {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Where the files are: `dataDir`, or the place it had to be moved to. */
  readonly home: string;
  /** `17.10.0-beta.17`: that of the binaries' package. */
  readonly version: string;
  /** Milliseconds `initdb` took, where this was the first run. */
  readonly initdbMs: number | undefined;
  readonly state: () => ClusterState;
  /** Called at every change of state; answers how to stop listening. */
  readonly onState: (listener: (state: ClusterState) => void) => () => void;
  /** The postmaster of this moment. */
  readonly pid: () => number | undefined;
  readonly admin: Admin;
  /** Fast shutdown; resolves when Postgres is gone. */
  readonly close: () => Promise<void>;
};

/** Longest path a unix socket may have, the smaller of Linux (108) and macOS (104), with its closing NUL. */
const SOCKET_PATH_LIMIT = 103;

const makeSocketDir = async (home: Home): Promise<string> => {
  const inside = join(home.path, 'run');
  const fits = join(inside, '.s.PGSQL.65535').length <= SOCKET_PATH_LIMIT;
  const directory = fits ? inside : await mkdtemp(join(tmpdir(), 'mk0r-pg-'));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await giveTo(home.account, directory);
  return directory;
};

const configure = async (home: Home, port: number, socketDir: string): Promise<void> => {
  await writePrivate(home.account, join(home.pgdata, 'postgresql.conf'), postgresqlConf({ port, socketDir }));
  await writePrivate(home.account, join(home.pgdata, 'pg_hba.conf'), PG_HBA);
};

/** Nobody but the superuser has business in the databases that come with a cluster. */
const closeStockDatabases = (admin: Admin): Promise<void> =>
  admin.use(undefined, async (client) => {
    await client.query('REVOKE ALL ON DATABASE postgres FROM PUBLIC');
    await client.query('REVOKE ALL ON DATABASE template1 FROM PUBLIC');
  });

const launch = async (
  home: Home,
  binaries: Binaries,
  options: EmbeddedPostgresOptions,
  initdbMs: number | undefined,
) => {
  const { logger } = options;
  const [port, socketDir] = [await choosePort(home, options.port), await makeSocketDir(home)];
  await configure(home, port, socketDir);
  const password = await superuserPassword(home);
  const admin = connectAdmin({ socketDir, port, password, waitMs: options.waitMs });
  const cluster = await supervise({ home, binaries, admin, logger }).catch(async (error: unknown) => {
    await admin.close();
    throw error;
  });
  if (initdbMs !== undefined) await closeStockDatabases(admin);
  return {
    host: '127.0.0.1',
    port,
    home: home.path,
    version: binaries.version,
    initdbMs,
    admin,
    ...cluster,
  } as const;
};

/**
 * Starts the Postgres 17 cluster of `dataDir` and keeps it running until `close`: makes it on the first run, stops
 * what an earlier, killed run of ours left behind, restarts it with backoff when it dies. Resolves when it answers.
 * Rejects with `EmbeddedPostgresError`, whose message says what to do.
 */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const { logger } = options;
  const startedAt = performance.now();
  const home = await findHome(options.dataDir, options.relocateTo);
  if (home.relocated)
    logger.info(
      { home: home.path },
      `Postgres cannot run below ${options.dataDir}; it lives in ${home.path}`,
    );
  const giveUp = await takeOwnership(home);
  try {
    const leftover = await stopLeftover(home);
    if (leftover !== undefined)
      logger.warn({ pid: leftover }, 'stopped the Postgres an earlier run left behind');
    const binaries = await findBinaries(home);
    const initdbMs = await ensureCluster(home, binaries);
    if (initdbMs !== undefined) logger.info({ ms: initdbMs }, `made the Postgres cluster in ${initdbMs} ms`);
    const cluster = await launch(home, binaries, options, initdbMs);
    const ms = Math.round(performance.now() - startedAt);
    logger.info({ ms, port: cluster.port, version: cluster.version }, `Postgres is up after ${ms} ms`);
    let closed: Promise<void> | undefined;
    const close = (): Promise<void> => (closed ??= cluster.close().finally(giveUp));
    return { ...cluster, close };
  } catch (error) {
    await giveUp();
    throw error;
  }
};
