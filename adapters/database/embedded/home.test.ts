import { chmod, chown, cp, lstat, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRoot } from './account.ts';
import { findBinaries } from './binaries.ts';
import { findHome, removeCluster } from './home.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres.ts';
import { silent } from './testing.ts';

const asRoot = isRoot() ? describe : describe.skip;

const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

asRoot('the embedded Postgres, run by root below a directory its account cannot enter', () => {
  let closed: string;
  let open: string;
  let cluster: EmbeddedPostgres | undefined;

  const start = async (dataDir: string): Promise<EmbeddedPostgres> => {
    cluster = await startEmbeddedPostgres({ dataDir, port: 0, logger: silent, relocateTo: open });
    return cluster;
  };

  beforeEach(async () => {
    closed = await mkdtemp(join(tmpdir(), 'mk0r-closed-'));
    open = await mkdtemp(join(tmpdir(), 'mk0r-open-'));
    await chmod(open, 0o711);
  });
  afterEach(async () => {
    await cluster?.close();
    cluster = undefined;
    await rm(closed, { recursive: true, force: true });
    await rm(open, { recursive: true, force: true });
  });

  it('lives elsewhere, and is found there again', async () => {
    const dataDir = join(closed, 'project', 'postgres');
    const first = await start(dataDir);
    expect(first.home.startsWith(join(open, 'mk0r-'))).toBe(true);
    expect((await readFile(join(dataDir, 'location'), 'utf8')).trim()).toBe(first.home);
    expect(await mode(closed)).toBe(0o700);
    await first.close();
    const second = await start(dataDir);
    expect([second.home, second.initdbMs]).toEqual([first.home, undefined]);
  });

  it('refuses to share its cluster with a copy of the data directory', async () => {
    const dataDir = join(closed, 'postgres');
    await (await start(dataDir)).close();
    await cp(dataDir, join(closed, 'copy'), { recursive: true });
    await expect(start(join(closed, 'copy'))).rejects.toThrow(/is a copy of/);
  });

  it('moves along when the data directory is moved', async () => {
    const dataDir = join(closed, 'postgres');
    const first = await start(dataDir);
    await first.close();
    await cp(dataDir, join(closed, 'moved'), { recursive: true });
    await rm(dataDir, { recursive: true });
    expect((await start(join(closed, 'moved'))).home).toBe(first.home);
  });

  it('says which directory to open where no other place can be made', async () => {
    const notADirectory = join(open, 'file');
    await writeFile(notADirectory, '');
    const options = {
      dataDir: join(closed, 'postgres'),
      port: 0,
      logger: silent,
      relocateTo: notADirectory,
    };
    await expect(startEmbeddedPostgres(options)).rejects.toThrow(`chmod o+x ${closed}`);
  });

  it('gives a temporary directory a temporary place', async () => {
    cluster = await startEmbeddedPostgres({ dataDir: join(closed, 'postgres'), port: 0, logger: silent });
    expect(cluster.home.startsWith(join(tmpdir(), 'mk0r-pg-'))).toBe(true);
    await cluster.close();
    await removeCluster(join(closed, 'postgres'));
    await expect(stat(cluster.home)).rejects.toThrow('ENOENT');
  });

  it('runs as whoever owns the cluster, nobody for one', async () => {
    const dataDir = join(open, 'postgres');
    await mkdir(join(dataDir, 'pgdata'), { recursive: true });
    await chown(join(dataDir, 'pgdata'), 65534, 65534);
    const { pid, home } = await start(dataDir);
    expect(home).toBe(dataDir);
    expect((await stat(`/proc/${pid()}`)).uid).toBe(65534);
  });

  it('runs from a copy of binaries it cannot reach and whose links were never made', async () => {
    const installed = await findBinaries(await findHome(join(open, 'a'), open));
    const packageDir = join(closed, 'package');
    const native = join(installed.postgres, '..', '..');
    await mkdir(packageDir, { mode: 0o700 });
    await cp(native, join(packageDir, 'native'), {
      recursive: true,
      filter: async (path) => !(await lstat(path)).isSymbolicLink(),
    });
    await cp(join(native, '..', 'package.json'), join(packageDir, 'package.json'));
    const home = await findHome(join(open, 'b'), open);
    const binaries = await findBinaries(home, packageDir);
    expect(binaries.postgres.startsWith(home.path)).toBe(true);
    expect((await findBinaries(home, packageDir)).postgres).toBe(binaries.postgres);
  });
});
