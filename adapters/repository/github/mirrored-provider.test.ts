import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { left, right } from '../../../domain/testing/outcome.ts';
import { type GithubStandIn, startGithubStandIn } from '../../../tests/stand-ins/github/server.ts';
import { repositoryReader } from '../embedded/read.ts';
import { newSlug, type TestHost, testHost } from '../embedded/testing.ts';
import { git, repositoryContract, workTree } from '../repository.contract.ts';
import { mirroredRepositoryProvider } from './mirrored-provider.ts';
import { githubProvider } from './provider.ts';

const TOKEN = 'ghp_the_token_of_this_test_run_0002';

const open = async () => {
  const [host, github] = await Promise.all([testHost(), startGithubStandIn({ token: TOKEN, user: 'ann' })]);
  const provider = mirroredRepositoryProvider(
    host,
    githubProvider({ credentials: { token: TOKEN }, baseUrl: github.url, throttle: 'off' }),
    'server',
    { restoreTimeoutMs: 1_000 },
  );
  const close = async (): Promise<void> => {
    await host.remove();
    await github.close();
  };
  return { host, github, provider, close };
};

repositoryContract('GitHub (stand-in) behind the git host of this server', async () => {
  const { provider, close } = await open();
  return { provider, slug: newSlug, speaksGit: true, close };
});

if (process.env.MK0R_CONTRACT_LIVE === '1' && process.env.GITHUB_PROVISIONING_TOKEN) {
  const { GITHUB_PROVISIONING_TOKEN: token, GITHUB_ORG: org } = process.env;
  repositoryContract('GitHub (the service itself) behind the git host of this server', async () => {
    const host = await testHost();
    const github = githubProvider({ credentials: { token }, ...(org ? { org } : {}) });
    return {
      provider: mirroredRepositoryProvider(host, github),
      slug: newSlug,
      speaksGit: true,
      close: host.remove,
    };
  });
}

describe('a repository that this server pushes to GitHub', () => {
  let host: TestHost;
  let github: GithubStandIn;
  let provider: ReturnType<typeof mirroredRepositoryProvider>;
  let close: () => Promise<void>;
  const signal = () => AbortSignal.timeout(60_000);

  beforeAll(async () => {
    ({ host, github, provider, close } = await open());
  });
  afterAll(() => close());

  /** A session whose sandbox has pushed one commit to the git host; answers the commit. */
  const pushedBySandbox = async () => {
    const slug = newSlug();
    await right(provider.provision({ sessionId: 's', slug, signal: signal() }));
    const work = await workTree();
    const credential = await right(provider.credential(slug));
    const sha = await git(work.path, ['rev-parse', 'HEAD']);
    await git(work.path, ['update-ref', `refs/mk0r/commits/${sha}`, sha]);
    const refs = ['main', 'refs/mk0r/commits/*:refs/mk0r/commits/*'];
    await git(work.path, ['push', '--quiet', credential.url, ...refs], credential);
    return { slug, sha, work, credential };
  };
  const mirror = (slug: string, sha: string) =>
    provider.mirror?.({ slug, sha, signal: signal() }) ?? expect.unreachable('nothing is mirrored');
  const keptAtGithub = (slug: string) => github.refs(`mk0r-${slug}`);

  it('has every commit at GitHub as soon as it counts as pushed, and may be pushed again', async () => {
    const { slug, sha, work } = await pushedBySandbox();
    expect(await keptAtGithub(slug)).toEqual({});
    await right(mirror(slug, sha));
    await right(mirror(slug, sha));
    expect(await keptAtGithub(slug)).toEqual({ 'refs/heads/main': sha, [`refs/mk0r/commits/${sha}`]: sha });
    await work.remove();
  });

  it('gives the sandbox a credential that opens nothing at GitHub', async () => {
    const { slug, work, credential } = await pushedBySandbox();
    expect(JSON.stringify(credential)).not.toContain(TOKEN);
    const there = `${github.url}/ann/mk0r-${slug}.git`;
    await expect(git(work.path, ['ls-remote', there], credential)).rejects.toThrow();
    await work.remove();
  });

  it('follows an undo, and keeps what it left behind', async () => {
    const { slug, sha, work, credential } = await pushedBySandbox();
    await git(work.path, ['commit', '--quiet', '--allow-empty', '-m', 'Second thoughts']);
    const second = await git(work.path, ['rev-parse', 'HEAD']);
    await git(work.path, ['update-ref', `refs/mk0r/commits/${second}`, second]);
    const push = (at: string) =>
      git(
        work.path,
        ['push', '-q', '-f', credential.url, `+${at}:refs/heads/main`, 'refs/mk0r/*:refs/mk0r/*'],
        credential,
      );
    for (const at of [second, sha]) {
      await push(at);
      await right(mirror(slug, at));
    }
    expect(await keptAtGithub(slug)).toMatchObject({
      'refs/heads/main': sha,
      [`refs/mk0r/commits/${second}`]: second,
    });
    await work.remove();
  });

  it('comes back from GitHub where this server has lost its copy', async () => {
    const { slug, sha, work } = await pushedBySandbox();
    await right(mirror(slug, sha));
    await rm(join(host.dataDir, `mk0r-${slug}.git`), { recursive: true });
    const credential = await right(provider.credential(slug));
    expect(await git(work.path, ['ls-remote', credential.url, 'main'], credential)).toContain(sha);
    await work.remove();
  });

  const deleteAtGithub = async (slug: string): Promise<void> => {
    const gone = await fetch(`${github.url}/repos/ann/mk0r-${slug}`, {
      method: 'DELETE',
      headers: { authorization: `token ${TOKEN}` },
    });
    expect(gone.status).toBe(204);
  };

  it('that somebody has deleted at GitHub is no longer there, and comes back with all that is here', async () => {
    const { slug, sha, work } = await pushedBySandbox();
    await right(mirror(slug, sha));
    await deleteAtGithub(slug);
    const listed = await right(provider.list(signal()));
    expect(listed.filter((one) => one.slug === slug)).toMatchObject([{ isCopy: true }]);

    await right(provider.provision({ sessionId: 's', slug, signal: signal() }));
    expect(await keptAtGithub(slug)).toEqual({ 'refs/heads/main': sha, [`refs/mk0r/commits/${sha}`]: sha });
    await right(mirror(slug, sha));
    await work.remove();
  });

  it('comes back also while GitHub takes no pushes, and has the rest with the next one', async () => {
    const { slug, sha, work } = await pushedBySandbox();
    await right(mirror(slug, sha));
    await deleteAtGithub(slug);
    github.silenceGit(true);
    await right(provider.provision({ sessionId: 's', slug, signal: signal() }));
    github.silenceGit(false);
    expect(await keptAtGithub(slug)).toEqual({});
    await right(mirror(slug, sha));
    expect(await keptAtGithub(slug)).toMatchObject({ 'refs/heads/main': sha });
    await work.remove();
  });

  it('is not set back by an older copy of this server', async () => {
    const { slug, sha, work, credential } = await pushedBySandbox();
    await right(mirror(slug, sha));
    await git(work.path, ['commit', '--quiet', '--allow-empty', '-m', 'Elsewhere']);
    const second = await git(work.path, ['rev-parse', 'HEAD']);
    await git(work.path, ['push', '--quiet', credential.url, 'main'], credential);
    await right(mirror(slug, second));
    await git(work.path, ['push', '--quiet', '--force', credential.url, `+${sha}:main`], credential);
    await right(provider.provision({ sessionId: 's', slug, signal: signal() }));
    expect(await keptAtGithub(slug)).toMatchObject({ 'refs/heads/main': second });
    await work.remove();
  });

  it('is tried again while GitHub is away, and says so without the token', async () => {
    const { slug, sha, work } = await pushedBySandbox();
    github.next([{ status: 503 }, { status: 503 }]);
    const error = await left(mirror(slug, sha));
    expect(error).toMatchObject({ code: 'http_503', retryable: true });
    await right(mirror(slug, sha));
    await github.close();
    const gone = await left(mirror(slug, sha));
    expect(gone).toMatchObject({ code: 'provider_unreachable', retryable: true });
    expect(JSON.stringify([error, gone])).not.toContain(TOKEN);
    await work.remove();
  });
});

describe('a repository that its sandbox pushes to GitHub itself', () => {
  it('is copied here after every push, and its credential opens it alone, at GitHub alone', async () => {
    const app = { appId: '31', installationId: 27 };
    const [host, github] = await Promise.all([
      testHost(),
      startGithubStandIn({ token: TOKEN, org: 'apps', app }),
    ]);
    const credentials = { ...app, privateKey: github.privateKey ?? '' };
    const provider = mirroredRepositoryProvider(
      host,
      githubProvider({ credentials, org: 'apps', baseUrl: github.url, throttle: 'off' }),
      'sandbox',
    );
    const slug = newSlug();
    const signal = AbortSignal.timeout(60_000);
    await right(provider.provision({ sessionId: 's', slug, signal }));
    const { url, ...credential } = await right(provider.credential(slug));
    expect(url).toBe(`${github.url}/apps/mk0r-${slug}.git`);
    expect(credential.password).toMatch(/^ghs_/);

    const work = await workTree();
    const sha = await git(work.path, ['rev-parse', 'HEAD']);
    await git(work.path, ['push', '--quiet', url, 'main'], credential);
    await right(provider.mirror?.({ slug, sha, signal }) ?? expect.unreachable('nothing is mirrored'));
    const log = await right(repositoryReader(host).log(slug));
    expect(log.map((commit) => commit.sha)).toEqual([sha]);
    await work.remove();
    await host.remove();
    await github.close();
  });
});
