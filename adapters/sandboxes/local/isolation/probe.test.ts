import { chmodSync, existsSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { right } from '../../../../domain/testing/outcome.ts';
import { bootRequest } from '../../sandboxes.contract-kit.ts';
import { openLocalHost } from '../fixtures/local-host.ts';
import { hasBwrap } from '../fixtures/machine.ts';
import { removeTree } from '../remove.ts';
import { chooseProfile } from './probe.ts';

describe('Choosing a tier', () => {
  const path = process.env.PATH;
  let root = '';
  afterEach(async () => {
    process.env.PATH = path;
    await removeTree(root);
  });

  it('falls to plain processes where bubblewrap is not installed, and says why', async () => {
    root = mkdtempSync(join(tmpdir(), 'mk0r-probe-'));
    for (const tool of ['chmod', 'grep', 'id', 'rm', 'setpriv', 'sh', 'touch']) {
      const found = path
        ?.split(':')
        .map((dir) => join(dir, tool))
        .find((file) => existsSync(file));
      if (found) symlinkSync(found, join(root, tool));
    }
    process.env.PATH = root;
    const { profile, refused } = await chooseProfile({ dataDir: root }).finally(() => {
      process.env.PATH = path;
    });
    expect(profile.isolation.tier).toBe('process');
    expect(refused.join()).toMatch(/bwrap.*not found/);
  });

  it('refuses to start with less than what is required, and says what to install', async () => {
    root = mkdtempSync(join(tmpdir(), 'mk0r-probe-'));
    const chosen = chooseProfile({ dataDir: root, atMost: 'process', require: 'bwrap' });
    await expect(chosen).rejects.toMatchObject({
      code: 'isolation_unavailable',
      message: expect.stringContaining('install bubblewrap'),
    });
  });

  it.skipIf(!hasBwrap)('works in a directory that only its owner may enter', async () => {
    root = mkdtempSync(join(tmpdir(), 'mk0r-closed-'));
    chmodSync(root, 0o700);
    const open = await openLocalHost({ inDir: root });
    expect(open.host.isolation.filesystem).toBe('own');
    await right(open.host.boot(bootRequest('mk0r-closed')));
    await open.close();
  });

  it('works in a directory whose path is too long for a socket', async () => {
    root = mkdtempSync(join(tmpdir(), 'mk0r-long-'));
    const inDir = join(root, 'long'.repeat(20), 'path'.repeat(20));
    mkdirSync(inDir, { recursive: true });
    const open = await openLocalHost({ inDir });
    const sandbox = await right(open.host.boot(bootRequest('mk0r-long')));
    expect((await right(sandbox.exec({ cmd: ['echo', 'ok'], timeoutMs: 30_000 }))).stdout).toBe('ok\n');
    await open.close();
  });
});
