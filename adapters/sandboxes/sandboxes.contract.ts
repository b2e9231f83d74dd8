import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxHost } from '../../commands/ports/sandboxes.ts';
import { right } from '../../domain/testing/outcome.ts';
import { previewAnswer } from './local/fixtures/preview.ts';
import { bootRequest } from './sandboxes.contract-kit.ts';

/** What every sandbox host does, wherever its sandboxes run. */
export const sandboxHostContract = (
  describeHost: string,
  open: () => Promise<{ readonly host: SandboxHost; readonly close: () => Promise<void> }>,
): void => {
  describe(`${describeHost}, as a sandbox host`, () => {
    let host: SandboxHost;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ host, close } = await open());
    });
    afterAll(() => close());

    it('boots a sandbox whose commands run in /app and tell their exit code', async () => {
      const sandbox = await right(host.boot(bootRequest('mk0r-one')));
      const result = await right(
        sandbox.exec({
          cmd: ['sh', '-c', 'echo out; echo err >&2; cat; exit 3'],
          stdin: 'in',
          timeoutMs: 30_000,
        }),
      );
      expect(result).toEqual({ exitCode: 3, stdout: 'out\nin', stderr: 'err\n' });
      expect(host.running('mk0r-one')?.name).toBe('mk0r-one');
    });

    it('writes and reads files of the app, and gives them the mode asked for', async () => {
      const sandbox = await right(host.boot(bootRequest('mk0r-files')));
      await right(sandbox.writeFile('/app/.env', 'A="ü $x `id`"\n', 0o600));
      expect(await right(sandbox.readFile('/app/.env'))).toBe('A="ü $x `id`"\n');
      const stat = await right(sandbox.exec({ cmd: ['stat', '-c', '%a', '.env'], timeoutMs: 30_000 }));
      expect(stat.stdout.trim()).toBe('600');
      expect(await sandbox.readFile('/app/none')()).toMatchObject({ left: { code: 'file_not_found' } });
    });

    it('serves the preview of the dev server', async () => {
      const sandbox = await right(host.boot(bootRequest('mk0r-preview')));
      expect((await previewAnswer(sandbox.preview)).status).toBe(200);
    });

    it('shows an older version of the app beside it, until that is closed', async () => {
      const sandbox = await right(host.boot(bootRequest('mk0r-version')));
      const { versions } = sandbox;
      if (versions === undefined) throw new Error('this host shows no versions');
      const committed = `git init -q -b main && git add index.html package.json &&
        git -c user.name=a -c user.email=a@b commit -qm one && git rev-parse HEAD`;
      const { stdout } = await right(sandbox.exec({ cmd: ['sh', '-c', committed], timeoutMs: 10_000 }));
      await right(sandbox.writeFile('/app/index.html', '<h1>newer</h1>'));
      await right(versions.open({ sha: stdout.trim(), env: { DATABASE_URL: 'postgresql://scratch' } }));
      expect((await previewAnswer(versions.endpoint)).body).toBe('<h1>tiny</h1>');
      expect((await previewAnswer(sandbox.preview)).body).toBe('<h1>newer</h1>');
      expect(await right(versions.report())).toMatchObject({ state: 'ready', sha: stdout.trim() });
      await right(versions.close());
      expect(await right(versions.report())).toMatchObject({ state: 'closed' });
    });

    it('reaches a listed server of the host, at the port it was promised', async () => {
      const server = createServer((socket) => socket.end('hello from outside'));
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      const address = server.address();
      const target = { host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0 };
      const port = host.isolation.network === 'own' ? 5432 : target.port;
      const sandbox = await right(host.boot(bootRequest('mk0r-fwd', { forwards: [{ port, target }] })));
      const script = `require('net').connect(${port}, '127.0.0.1').pipe(process.stdout)`;
      const result = await right(sandbox.exec({ cmd: ['node', '-e', script], timeoutMs: 10_000 }));
      expect(result.stdout).toBe('hello from outside');
      server.close();
    });

    it('boots where a port it was promised is one nobody in it may listen on', async () => {
      const forwards = [{ port: 443, target: { host: '127.0.0.1', port: 1 } }];
      const sandbox = await right(host.boot(bootRequest('mk0r-tls', { forwards })));
      expect((await right(sandbox.exec({ cmd: ['true'], timeoutMs: 30_000 }))).exitCode).toBe(0);
    });

    it('wakes a sleeping sandbox on the files it had', async () => {
      const sandbox = await right(host.boot(bootRequest('mk0r-sleeper')));
      await right(sandbox.writeFile('/app/kept.txt', 'kept'));
      await right(host.sleep('mk0r-sleeper'));
      expect(host.running('mk0r-sleeper')).toBeUndefined();
      expect(await right(host.list())).toContainEqual({ name: 'mk0r-sleeper', state: 'stopped' });
      const woken = await right(host.wake(bootRequest('mk0r-sleeper')));
      expect(await right(woken.readFile('/app/kept.txt'))).toBe('kept');
    });

    it('boots a name again from scratch, and keeps one of it', async () => {
      const first = await right(host.boot(bootRequest('mk0r-again')));
      await right(first.writeFile('/app/old.txt', 'old'));
      const second = await right(host.boot(bootRequest('mk0r-again')));
      expect(await second.readFile('/app/old.txt')()).toMatchObject({ left: { code: 'file_not_found' } });
      expect((await right(host.list())).filter(({ name }) => name === 'mk0r-again')).toHaveLength(1);
    });

    it('ends a sandbox and its files, also one that is gone already', async () => {
      await right(host.boot(bootRequest('mk0r-gone')));
      await right(host.destroy('mk0r-gone'));
      await right(host.destroy('mk0r-gone'));
      expect((await right(host.list())).map(({ name }) => name)).not.toContain('mk0r-gone');
      expect(await host.wake(bootRequest('mk0r-gone'))()).toMatchObject({ left: { code: 'sandbox_gone' } });
    });

    it('gives up a boot that is aborted, and leaves nothing of it', async () => {
      const aborted = await host.boot(bootRequest('mk0r-aborted', { signal: AbortSignal.abort() }))();
      expect(aborted).toMatchObject({ left: { retryable: true } });
      expect((await right(host.list())).map(({ name }) => name)).not.toContain('mk0r-aborted');
    });
  });
};
