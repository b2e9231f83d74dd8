import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { EmbeddedPostgres } from '../../../adapters/database/embedded/postgres.ts';
import { type TestCluster, testCluster } from '../../../adapters/database/embedded/testing.ts';
import { loadNeonSpec } from './openapi.ts';
import { type NeonStandIn, startNeonStandIn } from './server.ts';

const KEY = 'napi_the_key_of_this_test_run';
const NEW = { project: { name: 'mk0r-x', region_id: 'aws-us-east-2', pg_version: 17 } };

type Answer = {
  readonly project?: { readonly id: string };
  readonly operations?: readonly { readonly id: string }[];
  readonly pagination?: { readonly cursor?: string };
  readonly branch?: { readonly id: string };
  readonly branches?: readonly { readonly id: string; readonly name: string }[];
};

let files: TestCluster;
let cluster: EmbeddedPostgres;
let neon: NeonStandIn;
beforeAll(async () => {
  files = await testCluster();
  cluster = await files.start();
  neon = await startNeonStandIn({ cluster, key: KEY, projectsLimit: 3, operationMs: 400 });
});
afterAll(async () => {
  await neon.close();
  await cluster.close();
  await files.remove();
});

const ask = async (method: string, path: string, body?: unknown, key = KEY) => {
  const answer = await fetch(neon.url + path, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Answer };
};
const create = (name: string) =>
  ask('POST', '/projects', {
    project: { ...NEW.project, name, branch: { database_name: 'one', role_name: 'one' } },
  });
const idOf = ({ body }: { readonly body: Answer }): string => body.project?.id ?? 'none';
const untilFree = async (id: string): Promise<void> => {
  for (let status = 423; status === 423; ) ({ status } = await ask('DELETE', `/projects/${id}`));
};

const branchAnswers = async (id: string) => {
  const branches = `/projects/${id}/branches`;
  const main = (await ask('GET', branches)).body.branches?.[0]?.id;
  const free = async <A extends { readonly status: number }>(asking: () => Promise<A>): Promise<A> => {
    for (;;) {
      const answer = await asking();
      if (answer.status !== 423) return answer;
    }
  };
  const made = await free(() => ask('POST', branches, { branch: { parent_id: main, name: 'copy' } }));
  const copy = `${branches}/${made.body.branch?.id}`;
  const restored = await free(() =>
    ask('POST', `${branches}/${main}/restore`, {
      source_branch_id: made.body.branch?.id,
      preserve_under_name: 'before',
    }),
  );
  const before = (await ask('GET', branches)).body.branches?.find(({ name }) => name === 'before');
  const removed = await free(() => ask('DELETE', `${branches}/${before?.id}`));
  const refused = await free(() => ask('DELETE', copy));
  expect([made.status, restored.status, removed.status, refused.status]).toEqual([201, 200, 422, 422]);
  return [
    ['GET /projects/{project_id}/branches', await ask('GET', branches)],
    ['POST /projects/{project_id}/branches', made],
    ['POST /projects/{project_id}/branches/{branch_id}/restore', restored],
    ['DELETE /projects/{project_id}/branches/{branch_id}', refused],
  ] as const;
};

const conforms = await loadNeonSpec();

describe('the stand-in of Neon', () => {
  test('finds projects by a part of their name, a page at a time, and gives a cursor with the last page too', async () => {
    const made = [await create('mk0r-page-a'), await create('mk0r-page-b')];
    const first = await ask('GET', '/projects?search=page&limit=1');
    expect(first.body).toMatchObject({ projects: [{}], pagination: { cursor: expect.any(String) } });
    const cursor = first.body.pagination?.cursor;
    const second = await ask('GET', `/projects?search=page&limit=1&cursor=${cursor}`);
    expect(second.body).toMatchObject({ projects: [{}], pagination: { cursor: expect.any(String) } });
    expect((await ask('GET', '/projects?search=elsewhere')).body).toMatchObject({ projects: [] });
    for (const one of made) await untilFree(idOf(one));
  });

  test('refuses to delete a project that is still being set up, and then to know one that is deleted', async () => {
    // Setting up is a matter of time: it stands still until somebody has asked, however long making the database takes.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    const id = idOf(await create('mk0r-busy'));
    const busy = await ask('DELETE', `/projects/${id}`);
    clock.mockRestore();
    expect(busy.status).toBe(423);
    await untilFree(id);
    expect((await ask('DELETE', `/projects/${id}`)).status).toBe(404);
  });

  if (conforms !== undefined)
    test("answers as Neon's own description of its API says, refusals included", async () => {
      const made = await create('mk0r-spec');
      const id = idOf(made);
      const [operation] = made.body.operations ?? [];
      const uri = `/projects/${id}/connection_uri?database_name=one&role_name=one`;
      const answers = [
        ['POST /projects', made],
        ['GET /projects', await ask('GET', '/projects')],
        ['GET /projects/{project_id}', await ask('GET', `/projects/${id}`)],
        ['GET /projects/{project_id}/operations', await ask('GET', `/projects/${id}/operations`)],
        [
          'GET /projects/{project_id}/operations/{operation_id}',
          await ask('GET', `/projects/${id}/operations/${operation?.id}`),
        ],
        ['GET /projects/{project_id}/connection_uri', await ask('GET', uri)],
        ['GET /auth', await ask('GET', '/auth')],
        ['GET /users/me', await ask('GET', '/users/me')],
        ...(await branchAnswers(id)),
        ['DELETE /projects/{project_id}', await ask('DELETE', `/projects/${id}`)],
        ['GET /projects', await ask('GET', '/projects', undefined, 'wrong')],
        ['GET /projects/{project_id}', await ask('GET', '/projects/no-such-project')],
      ] as const;
      for (const [asked, { status, body }] of answers)
        expect(conforms(asked, status, body), `${asked} ${status}`).toEqual([]);
      expect(conforms('GET /auth', 200, { account_id: 7 })).not.toEqual([]);
      await untilFree(id);
    });
});
