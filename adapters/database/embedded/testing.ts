import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { removeCluster } from './home.ts';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './postgres.ts';

export const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export const newSlug = (): string => randomBytes(6).toString('hex');

export type TestCluster = {
  readonly dataDir: string;
  readonly start: (options?: Partial<EmbeddedPostgresOptions>) => Promise<EmbeddedPostgres>;
  /** Removes the files; every server started on them must be closed. */
  readonly remove: () => Promise<void>;
};

const ROOM_BYTES = 2 ** 30;

/** In memory where there is room: a database is 300 small files, and no test here asks the disk anything. */
const testRoot = async (): Promise<string> => {
  const memory = await statfs('/dev/shm').catch(() => undefined);
  return memory !== undefined && memory.bavail * memory.bsize > ROOM_BYTES ? '/dev/shm' : tmpdir();
};

/** A cluster in a directory of its own, which the unprivileged account may enter where tests run as root. */
export const testCluster = async (): Promise<TestCluster> => {
  const root = await mkdtemp(join(await testRoot(), 'mk0r-db-'));
  await chmod(root, 0o711);
  const dataDir = join(root, 'postgres');
  return {
    dataDir,
    // Patient: what many do at once takes long on a machine that is busy with other tests.
    start: (options = {}) =>
      startEmbeddedPostgres({ dataDir, port: 0, logger: silent, waitMs: 50_000, ...options }),
    remove: async () => {
      await removeCluster(dataDir);
      await rm(root, { recursive: true, force: true });
    },
  };
};

/** A cluster that is up for the tests of the file or `describe` this is called in; asked for within them. */
export const runningCluster = (): (() => EmbeddedPostgres) => {
  let files: TestCluster;
  let cluster: EmbeddedPostgres;
  beforeAll(async () => {
    files = await testCluster();
    cluster = await files.start();
  });
  afterAll(async () => {
    await cluster.close();
    await files.remove();
  });
  return () => cluster;
};
