import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { right } from '../../../domain/testing/outcome.ts';
import { sandboxHostContract } from '../sandboxes.contract.ts';
import { bootRequest } from '../sandboxes.contract-kit.ts';
import { type LocalHost, openLocalHost } from './fixtures/local-host.ts';
import { silent } from './fixtures/silent.ts';
import { createLocalSandboxHost } from './host.ts';
import { trashDir } from './paths.ts';

sandboxHostContract('the strongest tier of this machine', () => openLocalHost());
sandboxHostContract('the process tier', () => openLocalHost({ atMost: 'process' }));

describe('A local sandbox whose bridge is killed from inside', () => {
  let open: LocalHost;
  afterEach(() => open.close());

  it('is reported, counts as stopped, and wakes again', async () => {
    let report: (name: string) => void = () => undefined;
    const reported = new Promise<string>((resolve) => {
      report = resolve;
    });
    open = await openLocalHost({ onExit: (name) => report(name) });
    const sandbox = await right(open.host.boot(bootRequest('mk0r-suicide')));
    await sandbox.exec({ cmd: ['sh', '-c', 'kill -9 $PPID'], timeoutMs: 30_000 })();
    expect(await reported).toBe('mk0r-suicide');
    expect(open.host.running('mk0r-suicide')).toBeUndefined();
    expect(await right(open.host.list())).toEqual([{ name: 'mk0r-suicide', state: 'stopped' }]);
    await right(open.host.wake(bootRequest('mk0r-suicide')));
  });
});

describe('A local host that is closed while it makes spare clones and empties the trash', () => {
  let open: LocalHost;
  afterEach(async () => {
    vi.unstubAllEnvs();
    await open.close();
  });

  /** `cp` and `rm` that come to no end where spare clones are made and where the trash is. */
  const endless = (dir: string): string => {
    mkdirSync(dir);
    for (const name of ['cp', 'rm']) {
      const script = `#!/bin/sh\ncase "$*" in */spares/*|*/trash/*) exec sleep 600;; *) exec /bin/${name} "$@";; esac\n`;
      writeFileSync(join(dir, name), script);
      chmodSync(join(dir, name), 0o755);
    }
    return dir;
  };

  it('ends at once, and leaves both to the next', async () => {
    open = await openLocalHost();
    const { dataDir, baked } = open;
    await open.host.close();
    const trash = trashDir(dataDir);
    const spares = join(dataDir, 'spares');
    rmSync(spares, { recursive: true, force: true });
    mkdirSync(join(trash, 'left'), { recursive: true });

    vi.stubEnv('PATH', `${endless(join(dataDir, 'bin'))}:${process.env.PATH}`);
    const host = await createLocalSandboxHost({ dataDir, baked, logger: silent });
    await host.close();
    expect(existsSync(join(trash, 'left'))).toBe(true);

    vi.unstubAllEnvs();
    const next = await createLocalSandboxHost({ dataDir, baked, logger: silent });
    await expect.poll(() => readdirSync(trash), { timeout: 20_000 }).toEqual([]);
    await expect
      .poll(() => readdirSync(spares).filter((name) => !name.startsWith('making-')), { timeout: 20_000 })
      .toHaveLength(2);
    await next.close();
  });

  it('leaves a removal to the next too, and writes no error of it', async () => {
    const errors: unknown[] = [];
    open = await openLocalHost({
      logger: { ...silent, error: (fields: unknown) => void errors.push(fields) },
    });
    const { dataDir, host } = open;
    await right(host.boot(bootRequest('mk0r-removed')));
    vi.stubEnv('PATH', `${endless(join(dataDir, 'bin'))}:${process.env.PATH}`);
    const removed = host.destroy('mk0r-removed')();
    await expect.poll(() => readdirSync(trashDir(dataDir)).length, { timeout: 20_000 }).toBeGreaterThan(0);
    await host.close();
    expect(await removed).toMatchObject({ _tag: 'Left', left: { retryable: true } });
    expect(errors).toEqual([]);
  });
});
