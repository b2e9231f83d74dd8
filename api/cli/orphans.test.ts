import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { OrphansView } from '../../projections/operator-views.ts';
import type { SweepView } from '../application/operators.ts';
import { ADMIN_TOKEN, startTestServer } from '../testing/start.ts';
import { type OperatorApi, operatorApi } from './operator-api.ts';
import { orphans } from './orphans.ts';

const NONE: OrphansView = { orphans: [], stuck: [], missing: [] };
const SWEPT: SweepView = { found: 2, released: 1, failed: 1, missing: 0, retried: 0, unreachable: [] };
const LEFT: OrphansView = {
  sweptAt: '2026-01-01T12:00:00.000Z',
  orphans: [
    {
      service: 'neon',
      provider: 'embedded',
      resourceId: 'mk0r_abcdefghijkl',
      name: 'mk0r-abcdefghijkl',
      slug: 'abcdefghijkl',
      why: 'released',
      foundAt: '2026-01-01T11:00:00.000Z',
      error: { code: 'not_allowed', message: 'The key was refused.', retryable: false },
    },
  ],
  stuck: [
    { sessionId: 's1', service: 'resend', name: 'mk0r-bcdefghijklm', since: '2026-01-01T10:00:00.000Z' },
  ],
  missing: [],
};

const run = async (args: readonly string[], view: OrphansView) => {
  const asked: string[] = [];
  const lines: string[] = [];
  const api: OperatorApi = {
    get: async (path) => {
      asked.push(`GET ${path}`);
      return view;
    },
    post: async (path) => {
      asked.push(`POST ${path}`);
      return SWEPT;
    },
  };
  const code = await orphans(args, { api, say: (line) => lines.push(line) });
  return { asked, code, text: lines.join('\n') };
};

describe('mk0r orphans', () => {
  test('says that there are none', async () => {
    const { code, text, asked } = await run([], NONE);
    expect({ code, asked }).toEqual({ code: 0, asked: ['GET /api/orphans'] });
    expect(text).toContain('nothing is left over');
  });

  test('names each, why it stays, and fails as long as one does', async () => {
    const { code, text } = await run([], LEFT);
    expect(code).toBe(1);
    expect(text).toContain('neon mk0r-abcdefghijkl (given back, and there still');
    expect(text).toContain('not_allowed, The key was refused.');
    expect(text).toContain('stuck    resend mk0r-bcdefghijklm (session s1');
  });

  test('releases them when told to, and says what came of it', async () => {
    const { text, asked } = await run(['--release'], NONE);
    expect(asked).toEqual(['POST /api/orphans/release', 'GET /api/orphans']);
    expect(text).toContain('found 2, released 1, failed 1');
  });

  test('knows no other word', async () => {
    await expect(run(['--all'], NONE)).rejects.toThrow('--all');
  });
});

describe('the running server, asked as its operator', () => {
  test('answers whoever has the token', async () => {
    const running = await startTestServer();
    try {
      const at = { host: '127.0.0.1', port: await running.listen() };
      const ask = (adminToken: string) => operatorApi({ ...at, adminToken }).get('/api/orphans');
      expect(await ask(ADMIN_TOKEN.replaceAll(' ', '-'))).toEqual(NONE);
      await expect(ask('somebody-else-entirely')).rejects.toThrow('The server answered 401: ');
    } finally {
      await running.close();
    }
  });

  /** Asks a server that does this with whatever it is asked. */
  const asking = async (listener: RequestListener, limitMs?: number): Promise<unknown> => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      return await operatorApi({ host: '127.0.0.1', port, adminToken: 'x'.repeat(16) }, limitMs).get('/');
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };

  test('says what to do where there is no token, or no server', async () => {
    expect(() => operatorApi({ host: '127.0.0.1', port: 1 })).toThrow('Set ADMIN_TOKEN');
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const nobody = operatorApi({ host: '127.0.0.1', port, adminToken: 'x'.repeat(16) });
    await expect(nobody.get('/api/orphans')).rejects.toThrow(`No server answers at http://127.0.0.1:${port}`);
  });

  test('is not taken for one that does not run where it is slow, or hangs up', async () => {
    await expect(asking(() => undefined, 50)).rejects.toThrow(
      /did not answer within 0\.05 s.*look at its log/,
    );
    await expect(asking((_, answer) => answer.writeHead(200).write('{'), 50)).rejects.toThrow(
      'did not answer',
    );
    await expect(asking(({ socket }) => socket.destroy())).rejects.toThrow(/the answer did not come \(.+\)/);
  });

  test('is quoted without what a terminal would obey, and not at length', async () => {
    const foreign = `\u001b[2J${'long '.repeat(200)}`;
    const said = (body: string, status = 502) =>
      asking((_, answer) => answer.writeHead(status).end(body)).catch((error: Error) => error.message);
    for (const body of [foreign, JSON.stringify({ detail: foreign })]) {
      const text = await said(body);
      expect(text).toMatch(/^The server answered 502: �\[2Jlong .*…$/);
      expect(String(text).length).toBeLessThan(400);
    }
    expect(await said(foreign, 200)).toContain('Something else than our server answers');
  });
});
