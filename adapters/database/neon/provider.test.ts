import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { left, right } from '../../../domain/testing/outcome.ts';
import { type NeonStandIn, startNeonStandIn } from '../../../tests/stand-ins/neon/server.ts';
import { checkpointsContract } from '../checkpoints.contract.ts';
import { databaseContract, query, urlOf } from '../database.contract.ts';
import { newSlug, runningCluster } from '../embedded/testing.ts';
import { type NeonProviderOptions, neonDatabaseProvider } from './provider.ts';

const KEY = 'napi_the_key_of_this_test_run';

const cluster = runningCluster();

const providerOf = ({ url, sqlUrl }: NeonStandIn, options: Partial<NeonProviderOptions> = {}) =>
  neonDatabaseProvider({ key: KEY, baseUrl: url, sqlUrl, ...options });

databaseContract('Neon (stand-in)', async () => {
  const neon = await startNeonStandIn({ cluster: cluster(), key: KEY });
  return { provider: providerOf(neon), slug: newSlug, close: neon.close };
});

if (process.env.MK0R_CONTRACT_LIVE === '1' && process.env.NEON_PROVISIONING_KEY) {
  const { NEON_PROVISIONING_KEY: key, NEON_ORG_ID: orgId } = process.env;
  databaseContract('Neon (the service itself)', async () => ({
    provider: neonDatabaseProvider({ key, ...(orgId ? { orgId } : {}) }),
    slug: newSlug,
    close: async () => {},
  }));
}

checkpointsContract('Neon (stand-in)', async () => {
  const neon = await startNeonStandIn({ cluster: cluster(), key: KEY });
  return { provider: providerOf(neon), slug: newSlug, close: neon.close };
});

describe('a project at Neon', () => {
  let neon: NeonStandIn;
  const signal = () => AbortSignal.timeout(60_000);
  const request = (slug: string) => ({ sessionId: `s-${slug}`, slug, signal: signal() });
  const provision = (slug: string) => right(providerOf(neon).provision(request(slug)));
  const refused = (slug: string, options?: Partial<NeonProviderOptions>) =>
    left(providerOf(neon, options).provision(request(slug)));
  const projectsOf = (slug: string) => neon.live().filter(({ name }) => name === `mk0r-${slug}`);

  beforeAll(async () => {
    neon = await startNeonStandIn({
      cluster: cluster(),
      key: KEY,
      orgId: 'org-bold-tree-1',
      projectsLimit: 420,
    });
  });
  afterAll(() => neon.close());

  it('is adopted, with a connection string fetched anew, when the answer to its creation was lost', async () => {
    const slug = newSlug();
    neon.next([{ after: true }], ({ method }) => method === 'POST');
    expect(await refused(slug)).toMatchObject({ code: 'provider_unreachable', retryable: true });
    const adopted = await provision(slug);
    expect(projectsOf(slug).map(({ id }) => id)).toEqual([adopted.resourceId]);
    expect(await query(urlOf(adopted), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is the oldest of its name, and the only one left', async () => {
    const slug = newSlug();
    const oldest = await neon.create(`mk0r-${slug}`);
    await neon.create(`mk0r-${slug}`);
    await neon.create(`mk0r-${slug}`);
    expect((await provision(slug)).resourceId).toBe(oldest);
    expect(projectsOf(slug)).toHaveLength(1);
  });

  it('is the one that the log knows where an older one has come about late, for its data too', async () => {
    const slug = newSlug();
    const late = await neon.create(`mk0r-${slug}`);
    const own = await neon.create(`mk0r-${slug}`);
    const { checkpoints, releaseOne, provision } = providerOf(neon);
    const of = { slug, keep: [], signal: signal(), isOver: () => false };
    const asked = neon.asked().length;
    await right(checkpoints.take({ ...of, resourceId: own, checkpointId: 'c-1' }));
    const branched = neon.asked().filter(({ method }, n) => n >= asked && method === 'POST');
    expect(branched.map(({ path }) => path)).toEqual([expect.stringContaining(`/projects/${own}/branches`)]);

    await right(
      releaseOne?.({ resourceId: late, name: `mk0r-${slug}`, signal: signal() }) ?? expect.unreachable(),
    );
    expect(projectsOf(slug).map(({ id }) => id)).toEqual([own]);
    const later = await neon.create(`mk0r-${slug}`);
    const made = await right(provision({ ...request(slug), resourceId: later }));
    expect(made.resourceId).toBe(later);
    expect(projectsOf(slug).map(({ id }) => id)).toEqual([later]);
  });

  it('is not one whose name merely contains its own', async () => {
    const slug = newSlug();
    const other = await neon.create(`mk0r-${slug}-copy`);
    const { resourceId } = await provision(slug);
    expect(resourceId).not.toBe(other);
    await right(providerOf(neon).release(request(slug)));
    expect(neon.live().map(({ id }) => id)).toContain(other);
  });

  it('takes its time: the attempt waits until its operations have ended', async () => {
    // Of the two that a project is made with, neither ends before it is said to.
    const slow = await startNeonStandIn({ cluster: cluster(), key: KEY, operationMs: 600_000 });
    const isLook = ({ path }: { readonly path: string }) => /\/operations\/[0-9a-f-]+$/.test(path);
    const said = ['running', 'running', 'finished', 'finished'];
    slow.next(
      said.map((status) => ({ status: 200, body: { operation: { id: randomUUID(), status } } })),
      isLook,
    );
    await right(providerOf(slow).provision(request(newSlug())));
    expect(slow.asked().filter(isLook)).toHaveLength(said.length);
    await slow.close();
  });

  it.each([
    [
      { status: 429, headers: { 'retry-after': '7' } },
      { code: 'http_429', retryAfterMs: 7_000 },
    ],
    [
      { status: 423, headers: { 'retry-after': '2' } },
      { code: 'project_locked', retryAfterMs: 2_000 },
    ],
    [{ status: 503, body: { code: '', message: 'try later' } }, { code: 'http_503' }],
    [{ status: 500, body: 'oops' }, { code: 'http_500' }],
  ])('is tried again after %j', async (answer, error) => {
    neon.next([answer]);
    expect(await refused(newSlug())).toMatchObject({ retryable: true, ...error });
  });

  it('is not made when the plan is full, and a person is told so', async () => {
    const full = await startNeonStandIn({ cluster: cluster(), key: KEY, projectsLimit: 0 });
    const error = await left(providerOf(full).provision(request(newSlug())));
    expect(error).toMatchObject({ code: 'projects_limit_exceeded', retryable: false });
    expect(error.message).toMatch(/Delete projects or raise the plan/);
    await full.close();
  });

  it('is not made with a wrong key, which is named without being repeated', async () => {
    const error = await refused(newSlug(), { key: 'napi_wrong_key_0123456789' });
    expect(error).toMatchObject({ code: 'key_refused', retryable: false });
    expect(error.message).toMatch(/NEON_PROVISIONING_KEY/);
    expect(JSON.stringify(error)).not.toContain('napi_wrong_key');
  });

  it('is not taken for ready before its database answers', async () => {
    neon.next([{ status: 500, body: { message: 'compute is starting' } }], ({ path }) => path === '/sql');
    const slug = newSlug();
    expect(await refused(slug)).toMatchObject({ code: 'endpoint_not_ready', retryable: true });
    expect((await provision(slug)).resourceId).toBe(projectsOf(slug)[0]?.id);
  });

  it('is not looked for behind a redirect, nor in an answer larger than a mebibyte, nor in one that is no JSON', async () => {
    for (const answer of [
      { status: 307, headers: { location: `${neon.url}/projects` } },
      { status: 200, body: { projects: [], filler: 'x'.repeat(2 ** 20) } },
      { status: 200, headers: { 'content-type': 'application/json' }, body: '{"projects":[' },
      { status: 200, body: { projects: [{ id: '../admin', name: 'mk0r', created_at: '' }] } },
      { status: 200, body: { projects: [], unavailable_project_ids: ['lost-leaf-1'] } },
    ]) {
      neon.next([answer]);
      expect(await refused(newSlug())).toMatchObject({
        code: expect.stringMatching(/^(provider_misread|listing_incomplete)$/),
        retryable: true,
      });
    }
  });

  it('is given up on at the deadline, wherever the attempt stands', async () => {
    const slow = await startNeonStandIn({ cluster: cluster(), key: KEY, operationMs: 60_000 });
    const short = { sessionId: 's', slug: newSlug(), signal: AbortSignal.timeout(400) };
    expect(await left(providerOf(slow).provision(short))).toMatchObject({ code: 'aborted', retryable: true });
    await slow.close();
  });
});

describe('the projects of an account at Neon', () => {
  it('are listed to the end, page by page', async () => {
    const neon = await startNeonStandIn({ cluster: cluster(), key: KEY, projectsLimit: 1_000 });
    const pages = [400, 400, 3].map((size, page) =>
      Array.from({ length: size }, (_, at) => ({
        id: `p-${page}-${at}`,
        name: `mk0r-${String(page * 400 + at).padStart(12, '0')}`,
        created_at: '2026-01-01T00:00:00Z',
      })),
    );
    neon.next(
      pages.map((projects, page) => ({
        status: 200,
        body: { projects, pagination: { cursor: `after-${page}` } },
      })),
    );
    expect(await right(providerOf(neon).list(AbortSignal.timeout(60_000)))).toHaveLength(803);
    expect(neon.asked().map(({ path }) => new URL(path, neon.url).searchParams.get('cursor'))).toEqual([
      null,
      'after-0',
      'after-1',
    ]);
    await neon.close();
  });
});
