import { describe, expect, it } from 'vitest';
import { left, repositoryContract } from '../repository.contract.ts';
import { embeddedRepositoryProvider } from './provider.ts';
import { newSlug, testHost } from './testing.ts';

repositoryContract('the embedded git host', async () => {
  const host = await testHost();
  return { provider: embeddedRepositoryProvider(host), slug: newSlug, speaksGit: true, close: host.remove };
});

describe('a repository on the embedded git host', () => {
  it('is never made for a slug that is not one', async () => {
    const host = await testHost();
    const provider = embeddedRepositoryProvider(host);
    for (const slug of ['', '..', '../../../etc', 'UPPERCASE123', 'abc.git', '-option-like']) {
      const signal = AbortSignal.timeout(60_000);
      expect(await left(provider.provision({ sessionId: 's', slug, signal }))).toMatchObject({
        code: 'invalid_slug',
      });
      expect(await left(provider.credential(slug))).toMatchObject({ code: 'invalid_slug' });
    }
    await host.remove();
  });
});
