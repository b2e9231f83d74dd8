import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { right } from '../../../domain/testing/outcome.ts';
import { query, urlOf } from '../database.contract.ts';
import type { EmbeddedPostgres } from './postgres.ts';
import { isAlive } from './process-identity.ts';
import { embeddedDatabaseProvider } from './provider.ts';
import { newSlug, type TestCluster, testCluster } from './testing.ts';

describe('the embedded Postgres', () => {
  let files: TestCluster;
  const running: EmbeddedPostgres[] = [];
  const children: ChildProcess[] = [];

  const start = async (options = {}): Promise<EmbeddedPostgres> => {
    const cluster = await files.start(options);
    running.push(cluster);
    return cluster;
  };
  const provision = async (cluster: EmbeddedPostgres): Promise<string> => {
    const slug = newSlug();
    const request = { sessionId: slug, slug, signal: AbortSignal.timeout(60_000) };
    return urlOf(await right(embeddedDatabaseProvider(cluster).provision(request)));
  };
  /** Resolves at the next change to that state; listening begins at once. */
  const reaches = (cluster: EmbeddedPostgres, wanted: string): Promise<void> =>
    new Promise((resolve) => {
      const stop = cluster.onState((state) => {
        if (state !== wanted) return;
        stop();
        resolve();
      });
    });
  const kill = async (cluster: EmbeddedPostgres): Promise<void> => {
    const back = reaches(cluster, 'up');
    process.kill(cluster.pid() ?? 0, 'SIGKILL');
    await back;
  };

  const closeAll = async (): Promise<void> => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const cluster of running.splice(0)) await cluster.close();
  };
  const ownFiles = async (): Promise<void> => {
    await closeAll();
    await files.remove();
    files = await testCluster();
  };

  // One directory for all: `initdb` creates a thousand files, and each test starts its server anew anyway.
  beforeAll(async () => {
    files = await testCluster();
  });
  afterEach(closeAll);
  afterAll(() => files.remove());
  it('says how long making the cluster took, the first time only', async () => {
    await ownFiles();
    const first = await start();
    expect(first.initdbMs).toBeGreaterThan(0);
    await first.close();
    expect((await start()).initdbMs).toBeUndefined();
  });

  it('keeps its port and its data over a restart', async () => {
    const first = await start();
    const url = await provision(first);
    await query(url, 'CREATE TABLE habits AS SELECT generate_series(1, 2000) AS id');
    await first.close();
    const second = await start();
    expect(second.port).toBe(first.port);
    expect(await query(url, 'SELECT count(*)::int AS rows FROM habits')).toEqual([{ rows: 2000 }]);
  });

  it('comes back by itself with the rows when it is killed, again and again', async () => {
    const cluster = await start();
    const url = await provision(cluster);
    await query(url, 'CREATE TABLE habits (id int)');
    for (const id of [1, 2, 3]) {
      await query(url, `INSERT INTO habits VALUES (${id})`);
      await kill(cluster);
      expect(cluster.state()).toBe('up');
    }
    expect(await query(url, 'SELECT count(*)::int AS rows FROM habits')).toEqual([{ rows: 3 }]);
    await provision(cluster);
  });

  it('tells who asks that it is down while it is', async () => {
    const cluster = await start();
    const seen: string[] = [];
    cluster.onState((state) => seen.push(state));
    await kill(cluster);
    expect(seen).toEqual(['down', 'starting', 'up']);
    await cluster.close();
    expect(cluster.state()).toBe('down');
  });

  it('stops its process when closed, and may be closed twice', async () => {
    const cluster = await start();
    const pid = cluster.pid() ?? 0;
    await Promise.all([cluster.close(), cluster.close()]);
    expect(isAlive(pid)).toBe(false);
  });

  const server = async (slug: string): Promise<{ child: ChildProcess; pid: number; url: string }> => {
    const script = join(import.meta.dirname, 'server.fixture.ts');
    const child = spawn(process.execPath, [script, files.dataDir, slug], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [line] = await once(createInterface(child.stdout), 'line');
    return { child, ...JSON.parse(String(line)) };
  };

  it('takes over after the server before was killed, and has its data', async () => {
    const slug = newSlug();
    const { child, pid, url } = await server(slug);
    await query(url, 'CREATE TABLE habits AS SELECT 7 AS streak');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(pid)).toBe(true);
    const cluster = await start();
    expect(isAlive(pid)).toBe(false);
    expect(await query(url, 'SELECT streak FROM habits')).toEqual([{ streak: 7 }]);
    expect(cluster.port).toBe(Number(new URL(url).port));
  });

  it('leaves the cluster of a living server alone', async () => {
    const { child, url } = await server(newSlug());
    await expect(start()).rejects.toThrow(`in use by process ${child.pid}`);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await start();
  });

  it('does not touch the stranger whose pid an old pid file names', async () => {
    const first = await start();
    await first.close();
    const stranger = spawn('sleep', ['600']);
    children.push(stranger);
    const pidFile = join(first.home, 'pgdata', 'postmaster.pid');
    await writeFile(pidFile, `${stranger.pid}\n${join(first.home, 'pgdata')}\n`);
    await start();
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
  });

  it('begins again where a first run was killed during initdb', async () => {
    await ownFiles();
    await mkdir(join(files.dataDir, 'pgdata.new', 'base'), { recursive: true });
    expect((await start()).initdbMs).toBeGreaterThan(0);
  });

  it('names the port that is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const address = squatter.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(start({ port })).rejects.toThrow(`Port ${port} for the embedded Postgres is in use`);
    squatter.close();
    await start();
  });

  it('keeps the superuser to a password file only its owner can read', async () => {
    const cluster = await start();
    const file = join(cluster.home, 'superuser');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(cluster.home)).mode & 0o777).toBe(0o700);
    expect((await readFile(file, 'utf8')).trim().length).toBeGreaterThan(20);
  });

  it('hands no variable of ours to Postgres', async () => {
    process.env.MK0R_CANARY = 'canary-in-the-environment';
    const cluster = await start();
    delete process.env.MK0R_CANARY;
    if (process.platform !== 'linux') return;
    expect(await readFile(`/proc/${cluster.pid()}/environ`, 'utf8')).not.toContain('canary');
  });

  it('says what Postgres said when it cannot start', async () => {
    const first = await start();
    await first.close();
    await writeFile(join(first.home, 'pgdata', 'global', 'pg_control'), 'damaged');
    await expect(start()).rejects.toThrow(/does not start: .*pg_control/s);
    await ownFiles();
  });
});
