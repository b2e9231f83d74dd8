import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { TOO_MUCH_ABSENT as REFUSED_LISTING } from '../../commands/process-managers/janitor-compare.ts';
import { type OrphansView, type SweepRunning, TOO_MUCH_ABSENT } from '../../projections/operator-views.ts';
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

type Means = {
  /** What is answered to a release. */
  readonly swept?: SweepView | SweepRunning;
  /** What is left over, each time it is asked for; the last one for good. */
  readonly views?: readonly OrphansView[];
};

const run = async (args: readonly string[], view: OrphansView, { swept = SWEPT, views = [] }: Means = {}) => {
  const next = [...views];
  const waits: number[] = [];
  const asked: string[] = [];
  const lines: string[] = [];
  const api: OperatorApi = {
    get: async (path) => {
      asked.push(`GET ${path}`);
      return next.shift() ?? view;
    },
    post: async (path) => {
      asked.push(`POST ${path}`);
      return swept;
    },
  };
  const wait = async (ms: number) => void waits.push(ms);
  const failure = await orphans(args, { api, say: (line) => lines.push(line), wait }).then(
    (code) => ({ code }),
    (error: Error) => ({ error: error.message }),
  );
  return { asked, waits, ...failure, text: lines.join('\n') };
};

describe('mk0r orphans', () => {
  test('says that there are none', async () => {
    const { text, asked, ...ended } = await run([], NONE);
    expect({ ...ended, asked }).toEqual({ code: 0, waits: [], asked: ['GET /api/orphans'] });
    expect(text).toContain('nothing is left over');
  });

  test('names each, why it stays, and fails as long as one does', async () => {
    const { text, ...ended } = await run([], LEFT);
    expect(ended).toMatchObject({ code: 1 });
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
    expect(await run(['--all'], NONE)).toMatchObject({ error: expect.stringContaining('--all') });
  });

  test('calls what a provider is not believed by its reason', async () => {
    expect(REFUSED_LISTING.code).toBe(TOO_MUCH_ABSENT);
    const unreachable = [
      { service: 'neon', code: TOO_MUCH_ABSENT },
      { service: 'github', code: 'not_allowed' },
    ] as const;
    const { text } = await run(['--release'], NONE, { swept: { ...SWEPT, unreachable } });
    expect(text).toContain(
      'neon lacks more than a fifth of what sessions have: check that its key is of the same',
    );
    expect(text).toContain('github did not answer (not_allowed)');
  });
});

describe('mk0r orphans --release, where the providers take long', () => {
  const swept: SweepRunning = { state: 'running', since: '2026-01-01T12:00:00.000Z' };
  const [before, after] = ['2026-01-01T11:55:00.000Z', '2026-01-01T12:04:00.000Z'];
  const sweeping = { ...NONE, sweeping: true } as const;

  test('waits until the look that was asked for has ended, saying so once', async () => {
    const views = [
      { ...sweeping, sweptAt: before },
      { ...sweeping, sweptAt: '2026-01-01T12:01:00.000Z' },
      { ...LEFT, sweptAt: after },
    ];
    const { text, waits, ...ended } = await run(['--release'], { ...LEFT, sweptAt: after }, { swept, views });
    expect(ended).toMatchObject({ code: 1 });
    expect(waits).toEqual([2_000, 2_000, 2_000]);
    expect(text.match(/goes on in the server/g)).toHaveLength(1);
    expect(text).toContain(`last looked at ${after}`);
  });

  test('says so where it came to nothing', async () => {
    const ended = await run(['--release'], { ...NONE, sweptAt: before }, { swept, views: [sweeping] });
    expect(ended).toMatchObject({ error: expect.stringContaining('did not come to its end') });
    expect(await run(['--release'], NONE, { swept })).toMatchObject({ error: expect.anything() });
  });

  test('does not wait for ever', async () => {
    const { waits, ...ended } = await run(['--release'], sweeping, { swept });
    expect(ended).toMatchObject({ error: expect.stringContaining('has not ended within 15 minutes') });
    expect(waits).toHaveLength(450);
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
