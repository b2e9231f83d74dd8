import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { right } from '../../../domain/testing/outcome.ts';
import { git, workTree } from '../repository.contract.ts';
import { startGitHost } from './git-host.ts';
import { embeddedRepositoryProvider } from './provider.ts';
import { newSlug, silent, type TestHost, testHost } from './testing.ts';

const HOUR = 3_600_000;
const basic = (password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`x-access-token:${password}`).toString('base64')}`,
});

describe('the embedded git host', () => {
  let host: TestHost;
  let name: string;
  let other: string;

  const provision = async (): Promise<string> => {
    const slug = newSlug();
    const request = { sessionId: slug, slug, signal: AbortSignal.timeout(60_000) };
    return (await right(embeddedRepositoryProvider(host).provision(request))).resourceId;
  };
  const valid = (repository = name): Record<string, string> =>
    basic(host.tokenFor(repository, Date.now() + HOUR));
  const credential = () => ({ username: 'anybody', password: host.tokenFor(name, Date.now() + HOUR) });
  /** The status of a request whose target is sent exactly as it is written. */
  const statusOf = (
    path: string,
    headers: Record<string, string> = valid(),
    method = 'GET',
  ): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({ host: '127.0.0.1', port: host.port, path, method, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      sent.once('error', reject);
      sent.end();
    });
  const refs = (repository = name): string => `/${repository}.git/info/refs?service=git-upload-pack`;

  beforeEach(async () => {
    host = await testHost();
    [name, other] = [await provision(), await provision()];
  });
  afterEach(() => host.remove());

  it('answers a valid token only', async () => {
    const key = host.tokenFor(name, Date.now() + HOUR);
    const flipped = `${key.slice(0, -2)}${key.endsWith('AA') ? 'BB' : 'AA'}`;
    expect(await statusOf(refs())).toBe(200);
    expect(await statusOf(refs(), {})).toBe(401);
    expect(await statusOf(refs(), basic(''))).toBe(401);
    expect(await statusOf(refs(), basic(flipped))).toBe(401);
    expect(await statusOf(refs(), basic(key.replace(name, other)))).toBe(401);
    expect(await statusOf(refs(), { authorization: `Bearer ${key}` })).toBe(401);
  });

  it('refuses an expired token, and one whose expiry was put off by hand', async () => {
    const expired = host.tokenFor(name, Date.now() - 1_000);
    expect(await statusOf(refs(), basic(expired))).toBe(401);
    const [repository, expiry, signature] = expired.split('.');
    expect(await statusOf(refs(), basic([repository, Number(expiry) + 7_200, signature].join('.')))).toBe(
      401,
    );
  });

  it('refuses the token of another repository as forbidden', async () => {
    expect(await statusOf(refs(), valid(other))).toBe(403);
  });

  it('tells who has no credential nothing about which repositories exist', async () => {
    expect(await statusOf(refs('mk0r-000000000000'), {})).toBe(401);
    expect(await statusOf(refs('mk0r-000000000000'), valid('mk0r-000000000000'))).toBe(404);
  });

  it('serves no dumb protocol: no refs without a service, no loose files', async () => {
    for (const tail of [
      'info/refs',
      'HEAD',
      'config',
      'objects/info/packs',
      'packed-refs',
      'info/refs?service=x',
    ]) {
      expect([tail, await statusOf(`/${name}.git/${tail}`)]).toEqual([tail, 404]);
    }
  });

  it.each([
    (own: string) => `/../${own}.git/info/refs?service=git-upload-pack`,
    (own: string) => `/${own}.git/../${own}.git/info/refs?service=git-upload-pack`,
    (own: string) => `/%2e%2e/${own}.git/info/refs?service=git-upload-pack`,
    (own: string) => `/${own}%00.git/info/refs?service=git-upload-pack`,
    (own: string) => `//${own}.git/info/refs?service=git-upload-pack`,
    () => '/git-home/info/refs?service=git-upload-pack',
    () => '/token-key',
    () => '/..%2f..%2fetc/passwd',
    () => '/',
  ])('knows no path but those of its repositories (%#)', async (path) => {
    expect(await statusOf(path(name))).toBe(404);
  });

  it('takes a push of several megabytes, which git sends in chunks', async () => {
    const work = await workTree();
    await writeFile(join(work.path, 'blob.bin'), randomBytes(3 * 1024 * 1024));
    await git(work.path, ['add', '.']);
    await git(work.path, ['commit', '--quiet', '-m', 'A large file']);
    await git(work.path, ['push', '--quiet', host.urlOf(name), 'main'], credential());
    const sha = await git(work.path, ['rev-parse', 'main']);
    expect(await git(work.path, ['ls-remote', host.urlOf(name), 'main'], credential())).toContain(sha);
    await work.remove();
  });

  it('runs no hook, not even one that lies in the repository', async () => {
    const hooks = join(host.dataDir, `${name}.git`, 'hooks');
    await mkdir(hooks, { recursive: true });
    await writeFile(join(hooks, 'pre-receive'), '#!/bin/sh\ntouch hook-ran\nexit 1\n');
    await chmod(join(hooks, 'pre-receive'), 0o755);
    const work = await workTree();
    await git(work.path, ['push', '--quiet', host.urlOf(name), 'main'], credential());
    expect(await readdir(join(host.dataDir, `${name}.git`))).not.toContain('hook-ran');
    await work.remove();
  });

  it('refuses objects that are not sound', async () => {
    const work = await workTree();
    const tree = await git(work.path, ['rev-parse', 'main^{tree}']);
    const broken = join(work.path, 'broken-commit');
    await writeFile(broken, `tree ${tree}\nauthor nobody\ncommitter nobody\n\nno date, no mail\n`);
    const sha = await git(work.path, ['hash-object', '--literally', '-t', 'commit', '-w', broken]);
    const push = git(work.path, ['push', host.urlOf(name), `${sha}:refs/heads/main`], credential());
    await expect(push).rejects.toThrow(/fsck|unpack|missingEmail|remote/i);
    await work.remove();
  });

  it('refuses further pushes to a repository that is full, and goes on serving it', async () => {
    await host.remove();
    host = await testHost({ maxRepositoryBytes: 50_000 });
    name = await provision();
    const work = await workTree(randomBytes(60_000).toString('base64'));
    await git(work.path, ['push', '--quiet', host.urlOf(name), 'main'], credential());
    await git(work.path, ['commit', '--quiet', '--allow-empty', '-m', 'More']);
    await expect(git(work.path, ['push', host.urlOf(name), 'main'], credential())).rejects.toThrow(/413/);
    expect(await git(work.path, ['ls-remote', host.urlOf(name)], credential())).toContain('refs/heads/main');
    await work.remove();
  });

  it('ends git when the client hangs up in the middle of a push', async () => {
    if (process.platform !== 'linux') return; // the running git is found in /proc
    const socket = connect(host.port, '127.0.0.1');
    await once(socket, 'connect');
    const head = [
      `POST /${name}.git/git-receive-pack HTTP/1.1`,
      'Host: 127.0.0.1',
      `Authorization: ${valid().authorization}`,
      'Content-Type: application/x-git-receive-pack-request',
      'Content-Length: 100000',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n0094`);
    const childOf = async (): Promise<boolean> => {
      for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
        const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
        if (environ.includes(`REMOTE_USER=${name}`)) return true;
      }
      return false;
    };
    await expect.poll(childOf, { timeout: 20_000 }).toBe(true);
    socket.destroy();
    await expect.poll(childOf, { timeout: 20_000 }).toBe(false);
  });

  it('keeps its port, its repositories and the credentials it gave out over a restart', async () => {
    const given = valid();
    await host.close();
    const again = await startGitHost({ dataDir: host.dataDir, port: 0, logger: silent });
    expect(again.port).toBe(host.port);
    expect(await statusOf(refs(), given)).toBe(200);
    await again.close();
  });

  it('removes at the next start what a kill in the middle of its work left', async () => {
    await host.close();
    await mkdir(join(host.dataDir, '.new-0123456789abcdef', 'objects'), { recursive: true });
    await mkdir(join(host.dataDir, '.trash-0123456789abcdef'));
    const again = await startGitHost({ dataDir: host.dataDir, port: 0, logger: silent });
    expect((await readdir(host.dataDir)).filter((entry) => entry.startsWith('.'))).toEqual([]);
    await again.close();
  });

  it('keeps its key to itself', async () => {
    expect((await stat(join(host.dataDir, 'token-key'))).mode & 0o777).toBe(0o600);
  });

  it('names the port that is taken', async () => {
    const second = startGitHost({ dataDir: join(host.dataDir, 'second'), port: host.port, logger: silent });
    await expect(second).rejects.toThrow(`Port ${host.port} for the embedded git host is in use`);
  });

  it('says what to install where there is no git', async () => {
    const path = process.env.PATH;
    process.env.PATH = '/nonexistent';
    const start = startGitHost({ dataDir: join(host.dataDir, 'second'), port: 0, logger: silent });
    await expect(start.finally(() => Object.assign(process.env, { PATH: path }))).rejects.toThrow(
      /no git on this machine: install it/,
    );
  });
});
