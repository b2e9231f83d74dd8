import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../commands/ports/sandboxes.ts';
import { right } from '../../../domain/testing/outcome.ts';
import { bootRequest } from '../sandboxes.contract-kit.ts';
import { bakeTemplate } from './bake.ts';
import { type LocalHost, openLocalHost } from './fixtures/local-host.ts';
import { previewAnswer } from './fixtures/preview.ts';

const project = join(import.meta.dirname, '../../..');

describe('A sandbox of the real template', () => {
  let open: LocalHost;
  let sandbox: Sandbox;

  beforeAll(async () => {
    // Kept between runs: installing the template's packages takes longer than all the rest.
    const dataDir = join(project, '.mk0r/test-bake');
    const baked = await bakeTemplate({ sourceDir: join(project, 'sandbox'), dataDir, log: () => undefined });
    open = await openLocalHost({ baked });
    sandbox = await right(open.host.boot(bootRequest('mk0r-real')));
  }, 300_000);
  afterAll(() => open.close());

  it('serves its page through the dev server', async () => {
    const page = await previewAnswer(sandbox.preview);
    expect(page.body).toContain('/@vite/client');
    expect((await previewAnswer(sandbox.preview, '/src/main.tsx')).body).toContain(
      'node_modules/.vite/deps/',
    );
  });

  it('uses the dependencies bundled at the bake, where its app lies at the same path', async ({ skip }) => {
    if (open.host.isolation.filesystem !== 'own') skip('plain processes each have their own path');
    await previewAnswer(sandbox.preview, '/src/main.tsx');
    const metadata = 'node_modules/.vite/deps/_metadata.json';
    expect(await right(sandbox.readFile(`/app/${metadata}`))).toBe(
      readFileSync(join(open.baked.appDir, metadata), 'utf8'),
    );
  });
});
