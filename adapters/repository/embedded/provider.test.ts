import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { left, right } from '../../../domain/testing/outcome.ts';
import { git, repositoryContract, workTree } from '../repository.contract.ts';
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
      expect(await left(provider.pack({ slug, sha: 'a'.repeat(40), signal }))).toMatchObject({
        code: 'invalid_slug',
      });
    }
    await host.remove();
  });

  it('packs a commit that only its own ref leads to, with all before it, and nothing after', async () => {
    const host = await testHost();
    const provider = embeddedRepositoryProvider(host);
    const [slug, signal] = [newSlug(), AbortSignal.timeout(60_000)];
    await right(provider.provision({ sessionId: 's', slug, signal }));
    const work = await workTree();
    const first = await git(work.path, ['rev-parse', 'HEAD']);
    const commit = async (message: string): Promise<string> => {
      await git(work.path, ['commit', '--quiet', '--allow-empty', '-m', message]);
      return git(work.path, ['rev-parse', 'HEAD']);
    };
    const [second, third] = [await commit('Second'), await commit('Third')];
    await git(work.path, ['update-ref', `refs/mk0r/commits/${second}`, second]);
    const credential = await right(provider.credential(slug));
    const refs = [`+${first}:refs/heads/main`, 'refs/mk0r/commits/*:refs/mk0r/commits/*'];
    await git(work.path, ['push', '--quiet', credential.url, ...refs], credential);

    const pack = await right(provider.pack({ slug, sha: second, signal }));
    const other = await workTree('other');
    await writeFile(join(other.path, 'of.pack'), pack);
    await git(other.path, ['index-pack', '--strict', 'of.pack']);
    const held = await git(other.path, ['verify-pack', '-v', 'of.pack']);
    expect(held).toContain(first);
    expect(held).toContain(second);
    expect(held).not.toContain(third);
    expect(await left(provider.pack({ slug, sha: third, signal }))).toMatchObject({ code: 'commit_missing' });
    expect(await left(provider.pack({ slug: newSlug(), sha: first, signal }))).toMatchObject({
      code: 'commit_missing',
    });
    expect(await left(provider.pack({ slug, sha: '--all', signal }))).toMatchObject({
      code: 'invalid_commit',
    });
    await Promise.all([work.remove(), other.remove()]);
    await host.remove();
  });
});
