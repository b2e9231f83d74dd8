import { mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ProviderError } from '../../../commands/ports/services.ts';
import { left } from '../../../domain/testing/outcome.ts';
import { mountTmpfs } from '../../../tests/support/tmpfs.ts';
import { bootRequest } from '../sandboxes.contract-kit.ts';
import { type LocalHost, openLocalHost } from './fixtures/local-host.ts';
import { silent } from './fixtures/silent.ts';
import type { Tier } from './profile.ts';
import { removeTree } from './remove.ts';

const TIERS: readonly Tier[] = ['bwrap+uid+cgroup', 'process'];

/** Of an error, as the log writes it: every message on the way to its cause. */
const saidBy = (error: unknown): string =>
  error instanceof Error ? `${error.message}\n${saidBy(error.cause)}` : '';

const logOf = () => {
  const lines: string[] = [];
  const error = ({ err }: { readonly err?: unknown }) => void lines.push(saidBy(err));
  return { logger: { ...silent, error }, said: () => lines.join('\n') };
};

const failing = ({ host }: LocalHost): Promise<ProviderError> => left(host.boot(bootRequest('mk0r-failing')));

const forPerson = (what: string) => expect.stringMatching(new RegExp(`^[^/]*${what}[^/]*\\.$`));

/** Clones that were made in advance need no room. */
const takeSpares = async ({ dataDir }: LocalHost): Promise<void> => {
  const spares = join(dataDir, 'spares');
  const made = () => readdirSync(spares).filter((name) => !name.startsWith('making-'));
  await vi.waitUntil(() => made().length === 2, { timeout: 30_000 });
  for (const name of made()) await removeTree(join(spares, name));
};

/** To the last block. */
const fill = (dir: string): void => {
  const file = openSync(join(dir, 'filler'), 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(4_096));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
};

describe.each(TIERS)('A boot that fails (%s)', (atMost) => {
  let open: LocalHost;
  const log = logOf();
  beforeAll(async () => {
    open = await openLocalHost({ atMost, logger: log.logger });
  });
  afterAll(() => open.close());

  it('for want of space says so, and to the log alone which program failed at which path', async ({
    skip,
  }) => {
    const dir = mkdtempSync(join(tmpdir(), 'mk0r-full-'));
    const unmount = await mountTmpfs(dir, 'size=16m,mode=0711');
    if (unmount === undefined) return skip('only root may mount a small file system');
    const mine = logOf();
    const full = await openLocalHost({ atMost, baked: open.baked, inDir: dir, logger: mine.logger });
    onTestFinished(async () => {
      await full.close();
      await unmount();
      rmSync(dir, { recursive: true });
    });
    await takeSpares(full);
    fill(dir);
    expect(await failing(full)).toEqual({
      code: 'disk_full',
      message: forPerson('disk is full.*has to free some space'),
      retryable: true,
    });
    expect(mine.said()).toMatch(/Command failed: cp .*No space left on device/s);
  });

  it('because its bridge ends says so, and to the log alone what that printed', async () => {
    const bridge = readdirSync(open.baked.runtimeDir).filter((name) => name.startsWith('bridge'));
    expect(bridge).not.toEqual([]);
    for (const name of bridge) await removeTree(join(open.baked.runtimeDir, name));
    expect(await failing(open)).toEqual({
      code: 'bridge_exited',
      message: forPerson('ended while it was started.*in its log'),
      retryable: true,
    });
    expect(log.said()).toContain('Cannot find module');
  });

  it('because the template is gone says so, and what brings it back', async () => {
    await removeTree(join(open.baked.appDir, '..'));
    expect(await failing(open)).toEqual({
      code: 'template_missing',
      message: forPerson('is gone.*has to restart it'),
      retryable: true,
    });
  });
});
