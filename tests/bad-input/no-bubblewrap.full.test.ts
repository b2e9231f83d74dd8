import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newHttpVisitor, until } from '../support/http-visitor.ts';
import { processesOf } from '../support/processes.ts';
import { pathWithout } from '../support/search-path.ts';
import { startServer, type TestServer } from '../support/server.ts';

const LIMIT_MS = 300_000;

let server: TestServer;
let elsewhere: string;
beforeAll(async () => {
  elsewhere = mkdtempSync(join(tmpdir(), 'mk0r-no-bwrap-'));
  chmodSync(elsewhere, 0o755);
  const bin = join(elsewhere, 'bin');
  mkdirSync(bin);
  server = await startServer({ VM_POOL_TARGET_SIZE: '0', PATH: pathWithout('bwrap', bin) });
}, LIMIT_MS);
afterAll(async () => {
  await server?.close();
  rmSync(elsewhere, { recursive: true, force: true });
});

/** Not every system resolves names below `localhost`: the preview is named in the header only. */
const previewPage = async (slug: string): Promise<{ readonly status: number; readonly text: string }> => {
  const { host, port } = new URL(server.url);
  const headers = { host: `${slug}.preview.${host}`, accept: 'text/html' };
  const request = get({ host: '127.0.0.1', port, headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, text: await text(response) };
};

test('without bubblewrap the server says what does not hold: as a warning in its log, in /healthz and to the page', async () => {
  const warnings = server
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{"level":40'));
  expect(warnings.join('\n')).toMatch(/bwrap/);
  expect(warnings.join('\n')).toMatch(/"tier":"process"/);

  const health = await (await fetch(`${server.url}/healthz`)).json();
  expect(health).toMatchObject({
    isolation: { tier: 'process', network: 'host', summary: expect.any(String) },
  });
  const config = await (await fetch(`${server.url}/api/config`)).json();
  expect(config).toMatchObject({ isolation: { tier: 'process' } });
});

test(
  'the main job works all the same: a session gets ready, and a turn builds an app that answers',
  async () => {
    const visitor = await newHttpVisitor(() => server.url);
    const { sessionId, slug } = await visitor.startSession(
      'Build me a habit tracker. The streaks should survive a page refresh, even if I close the browser.',
    );
    const [turn] = await until(
      () => visitor.turns(sessionId),
      ([first]) => ['finished', 'failed', 'cancelled'].includes(first?.status ?? ''),
    );
    expect(turn, JSON.stringify(turn?.items, null, 1)).toMatchObject({
      status: 'finished',
      commit: { sha: expect.stringMatching(/^[0-9a-f]{40}$/) },
    });
    expect(await visitor.view(sessionId)).toMatchObject({ phase: 'ready', missing: [] });
    const { body } = await visitor.request('GET', `/api/sessions/${sessionId}/database`);
    expect(body).toMatchObject({
      tables: expect.arrayContaining([expect.objectContaining({ name: 'habits' })]),
    });

    const page = await until(
      () => previewPage(slug),
      ({ status }) => status === 200,
    );
    expect(page.text).toContain('/src/main.tsx');
  },
  LIMIT_MS,
);

test('and it leaves nothing running when it stops', async () => {
  await server.end('SIGTERM');
  expect(processesOf(server.dataDir)).toEqual([]);
});
