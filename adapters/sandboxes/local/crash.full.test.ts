import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { right } from '../../../domain/testing/outcome.ts';
import { bootRequest } from '../sandboxes.contract-kit.ts';
import { bakeTemplate } from './bake.ts';
import { hasBwrap } from './fixtures/machine.ts';
import { silent } from './fixtures/silent.ts';
import { installTiny, writeTinyProject } from './fixtures/tiny-project.ts';
import { createLocalSandboxHost } from './host.ts';
import { stopLeftovers } from './leftovers.ts';
import { sandboxPaths } from './paths.ts';
import { MARKER } from './processes/kill.ts';
import { removeTree } from './remove.ts';

const script = join(import.meta.dirname, 'fixtures/serve.ts');

const environ = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
};

const processesOf = (mark: string): readonly string[] =>
  readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environ(pid).includes(`${MARKER}=${mark}\0`));

const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 500) throw new Error('It never came to that.');
    await sleep(20);
  }
};

describe.skipIf(!existsSync('/proc/self/environ'))('After kill -9 of the server', () => {
  let root = '';
  let server: ChildProcess | undefined;

  const serve = async (tier: string) => {
    root = mkdtempSync(join(tmpdir(), 'mk0r-crash-'));
    chmodSync(root, 0o711);
    const dataDir = join(root, 'data');
    const sourceDir = writeTinyProject(root);
    server = spawn(process.execPath, [script, dataDir, sourceDir, tier], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = server.stdout ? String(await once(server.stdout, 'data')) : '';
    expect(said.trim()).toBe('ready');
    return { dataDir, sourceDir, server, mark: sandboxPaths(dataDir, 'mk0r-survivor').mark };
  };

  afterEach(async () => {
    server?.kill('SIGKILL');
    await stopLeftovers(join(root, 'data'));
    await removeTree(root);
  });

  it.skipIf(!hasBwrap)('everything in a bubblewrap sandbox dies with it, at once', async () => {
    const { server, mark } = await serve('bwrap+uid+cgroup');
    expect(processesOf(mark).length).toBeGreaterThan(1);
    server.kill('SIGKILL');
    await until(() => processesOf(mark).length === 0);
  });

  it('what a plain process left running is ended at the next start, and nothing else', async () => {
    const { server, mark, dataDir } = await serve('process');
    server.kill('SIGKILL');
    await once(server, 'exit');
    expect(processesOf(mark).length).toBeGreaterThan(0);
    expect(await stopLeftovers(dataDir)).toEqual(['mk0r-survivor']);
    expect(processesOf(mark)).toEqual([]);
    expect(await stopLeftovers(dataDir)).toEqual([]);
  });

  it.each(['bwrap+uid+cgroup', 'process'] as const)(
    'a sandbox of tier %s wakes on its files',
    async (tier) => {
      const { server, dataDir, sourceDir } = await serve(tier);
      server.kill('SIGKILL');
      await once(server, 'exit');
      const common = { dataDir, atMost: tier };
      const baked = await bakeTemplate({ ...common, sourceDir, log: () => undefined, install: installTiny });
      const host = await createLocalSandboxHost({ ...common, baked, logger: silent });
      expect(await right(host.list())).toEqual([{ name: 'mk0r-survivor', state: 'stopped' }]);
      const woken = await right(host.wake(bootRequest('mk0r-survivor')));
      expect(await right(woken.readFile('/app/kept.txt'))).toBe('kept');
      const next = await right(host.boot(bootRequest('mk0r-next')));
      const owner = async (sandbox: typeof next) =>
        (await right(sandbox.exec({ cmd: ['id', '-u'], timeoutMs: 5_000 }))).stdout;
      if (host.isolation.uid === 'own') expect(await owner(next)).not.toBe(await owner(woken));
      await host.close();
    },
  );
});
