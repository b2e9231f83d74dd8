import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { left, right } from '../../../domain/testing/outcome.ts';
import { type GithubStandIn, startGithubStandIn } from '../../../tests/stand-ins/github/server.ts';
import { newSlug } from '../embedded/testing.ts';
import { repositoryContract } from '../repository.contract.ts';
import type { GithubOptions } from './client.ts';
import { githubProvider } from './provider.ts';

const TOKEN = 'ghp_the_token_of_this_test_run_0001';
const APP = { appId: '314159', installationId: 271_828 };

const appOf = ({ url, privateKey = '' }: GithubStandIn, org: string): GithubOptions => ({
  credentials: { ...APP, privateKey },
  org,
  baseUrl: url,
  throttle: 'off',
});

repositoryContract('a GitHub App in its organisation (stand-in)', async () => {
  const github = await startGithubStandIn({ token: TOKEN, org: 'bold-apps', app: APP });
  return {
    provider: githubProvider(appOf(github, 'bold-apps')),
    slug: newSlug,
    speaksGit: true,
    close: github.close,
  };
});

/** GitHub answers so where a repository was renamed. */
const RENAMED = { status: 301, headers: { location: '/repositories/7' } };

describe('a repository at GitHub', () => {
  let github: GithubStandIn;
  const signal = () => AbortSignal.timeout(60_000);
  const request = (slug: string) => ({ sessionId: `s-${slug}`, slug, signal: signal() });
  const providerOf = (options: Partial<GithubOptions> = {}) =>
    githubProvider({ credentials: { token: TOKEN }, baseUrl: github.url, throttle: 'off', ...options });
  const provision = (slug: string) => right(providerOf().provision(request(slug)));
  const refused = (slug: string, options?: Partial<GithubOptions>) =>
    left(providerOf(options).provision(request(slug)));

  beforeAll(async () => {
    github = await startGithubStandIn({ token: TOKEN, user: 'ann', org: 'bold-apps' });
  });
  afterAll(() => github.close());

  it("is private, empty and the user's own with a personal token, the organisation's where one is named", async () => {
    const [mine, ours] = [newSlug(), newSlug()];
    expect((await provision(mine)).env.GITHUB_REPO).toBe(`ann/mk0r-${mine}`);
    const inOrg = await right(providerOf({ org: 'bold-apps' }).provision(request(ours)));
    expect(inOrg.env.GITHUB_REPO).toBe(`bold-apps/mk0r-${ours}`);
    expect(github.live().map((it) => it.private)).toEqual([true, true]);
    expect(github.asked().some(({ path }) => path === '/orgs/bold-apps/repos')).toBe(true);
  });

  it('is adopted when the answer to its creation was lost', async () => {
    const slug = newSlug();
    github.next([{ after: true }], ({ method }) => method === 'POST');
    expect(await refused(slug)).toMatchObject({ code: 'provider_unreachable', retryable: true });
    await provision(slug);
    expect(github.live().filter(({ name }) => name === `mk0r-${slug}`)).toHaveLength(1);
  });

  it('is never one that somebody else made, or that anybody can read', async () => {
    const [foreign, open] = [newSlug(), newSlug()];
    await github.create({ name: `mk0r-${foreign}`, owner: 'ann', description: 'my own' });
    await github.create({
      name: `mk0r-${open}`,
      owner: 'ann',
      description: 'Made by mk0r for you',
      private: false,
    });
    for (const slug of [foreign, open]) {
      expect(await refused(slug)).toMatchObject({ code: 'name_taken', retryable: false });
      await right(providerOf().release(request(slug)));
      expect(github.live().map(({ name }) => name)).toContain(`mk0r-${slug}`);
    }
    const listed = await right(providerOf().list(signal()));
    expect(listed.map(({ slug }) => slug)).not.toContain(foreign);
  });

  it.each([
    [
      {
        status: 403,
        headers: { 'retry-after': '30' },
        body: { message: 'You have exceeded a secondary rate limit' },
      },
      { code: 'rate_limited', retryAfterMs: 30_000 },
    ],
    [
      { status: 429, headers: { 'retry-after': '3' } },
      { code: 'rate_limited', retryAfterMs: 3_000 },
    ],
    [
      { status: 503, headers: { 'retry-after': '5' } },
      { code: 'http_503', retryAfterMs: 5_000 },
    ],
    [{ status: 500, body: { message: 'Server Error' } }, { code: 'http_500' }],
  ])('is tried again, no sooner than GitHub wishes, after %j', async (answer, error) => {
    github.next([answer], ({ method }) => method === 'POST');
    expect(await refused(newSlug())).toMatchObject({ retryable: true, ...error });
  });

  it('waits for the hour to turn when all its calls are spent', async () => {
    const reset = String(Math.ceil(Date.now() / 1_000) + 120);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    github.next([{ status: 403, headers, body: { message: 'API rate limit exceeded' } }]);
    const { code, retryAfterMs = 0 } = await refused(newSlug());
    expect(code).toBe('rate_limited');
    expect(retryAfterMs).toBeGreaterThan(110_000);
    expect(retryAfterMs).toBeLessThanOrEqual(122_000);
  });

  it.each([
    ['a wrong token', { credentials: { token: 'ghp_wrong_0123456789' } }, 'key_refused'],
    ['an organisation it may not know of', { org: 'somebody-elses' }, 'not_found'],
  ])(
    'is not made with %s, which a person is told without it being repeated',
    async (_what, options, code) => {
      const error = await refused(newSlug(), options);
      expect(error).toMatchObject({ code, retryable: false });
      expect(error.message).toMatch(/GITHUB_PROVISIONING_TOKEN/);
      expect(JSON.stringify(error)).not.toContain('ghp_wrong');
    },
  );

  it('that was renamed is an operator’s to see to, and not asked for again and again', async () => {
    const slug = newSlug();
    await provision(slug);
    github.next([RENAMED, RENAMED], ({ method, path }) => method === 'GET' && path.startsWith('/repos/'));
    expect(await left(providerOf().release(request(slug)))).toMatchObject({
      code: 'moved_permanently',
      retryable: false,
    });
    await right(providerOf().release(request(slug)));
  });

  it('is not looked for behind a redirect, nor on another host, nor in an answer that is not as documented', async () => {
    const elsewhere = 'http://127.0.0.1:1/user/repos?page=2';
    github.next([{ status: 307, headers: { location: elsewhere } }], ({ method }) => method === 'POST');
    expect(await refused(newSlug())).toMatchObject({ code: 'provider_misread' });
    github.next([{ status: 201, body: { id: 'seven' } }], ({ method }) => method === 'POST');
    expect(await refused(newSlug())).toMatchObject({ code: 'provider_misread' });
    github.next([{ status: 200, headers: { link: `<${elsewhere}>; rel="next"` }, body: [] }]);
    expect(await left(providerOf().list(signal()))).toMatchObject({ code: 'provider_misread' });
  });

  it('is given up on at the deadline, and not asked for again behind our back', async () => {
    const silent = await startGithubStandIn({ token: TOKEN, user: 'ann' });
    silent.next([{ hang: true }, { hang: true }]);
    const provider = providerOf({ baseUrl: silent.url, throttle: 'on' });
    const deadline = new AbortController();
    const given = left(provider.provision({ sessionId: 's', slug: newSlug(), signal: deadline.signal }));
    await expect.poll(() => silent.asked()).toHaveLength(1);
    deadline.abort(new DOMException('The deadline has passed.', 'TimeoutError'));
    expect(await given).toMatchObject({ code: 'aborted', retryable: true });
    expect(silent.asked()).toHaveLength(1);
    await silent.close();
  });

  it('is made a second after the one before, as GitHub asks of everybody who writes', async () => {
    const paced = await startGithubStandIn({ token: TOKEN, user: 'ann' });
    const provider = providerOf({ baseUrl: paced.url, throttle: 'on' });
    // When they are sent, and not when they arrive: the first may take longer than the second.
    const sent: number[] = [];
    const { fetch } = globalThis;
    vi.stubGlobal('fetch', (...of: Parameters<typeof fetch>) => {
      sent.push(performance.now());
      return fetch(...of);
    });
    try {
      await Promise.all([newSlug(), newSlug()].map((slug) => right(provider.provision(request(slug)))));
    } finally {
      vi.unstubAllGlobals();
    }
    const [first = 0, second = 0] = sent;
    expect(second - first).toBeGreaterThan(900);
    expect(paced.asked()).toHaveLength(sent.length);
    await paced.close();
  });

  it('has no credential for a sandbox where all there is is a token for everything', async () => {
    const slug = newSlug();
    await provision(slug);
    const error = await left(providerOf().credential(slug));
    expect(error).toMatchObject({ code: 'no_repository_token', retryable: false });
    expect((await right(providerOf().pushCredential(slug, signal()))).password).toBe(TOKEN);
  });

  it('is listed to the last page, and only where it is ours', async () => {
    const many = await startGithubStandIn({ token: TOKEN, user: 'ann' });
    for (let n = 0; n < 105; n += 1) {
      const name = `mk0r-${String(n).padStart(12, '0')}`;
      await many.create({ name, description: 'Made by mk0r for a test' });
    }
    await many.create({ name: 'notes' });
    expect(await right(providerOf({ baseUrl: many.url }).list(signal()))).toHaveLength(105);
    await many.close();
  });
});

describe('a token of the GitHub App', () => {
  it('opens the repository it was asked for, for an hour, and says so to nobody else', async () => {
    const github = await startGithubStandIn({ token: TOKEN, org: 'bold-apps', app: APP });
    const provider = githubProvider(appOf(github, 'bold-apps'));
    const slug = newSlug();
    await right(provider.provision({ sessionId: 's', slug, signal: AbortSignal.timeout(60_000) }));
    const { url, username, password } = await right(provider.credential(slug));
    expect(url).toBe(`${github.url}/bold-apps/mk0r-${slug}.git`);
    expect(username).toBe('x-access-token');
    expect(password).toMatch(/^ghs_/);
    expect((await right(provider.credential(slug))).password).toBe(password);
    await github.close();
  });
});
