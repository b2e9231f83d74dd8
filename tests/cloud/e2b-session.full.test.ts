import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { bakeTemplate } from '../../adapters/sandboxes/local/bake.ts';
import { hasBwrap } from '../../adapters/sandboxes/local/fixtures/machine.ts';
import { removeTree } from '../../adapters/sandboxes/local/remove.ts';
import type { CreatedSession } from '../../api/application/command.ts';
import { sandboxBuild } from '../../api/cli/sandbox-build.ts';
import { type Started, start } from '../../api/composition/start.ts';
import { type Life, readConfig } from '../../api/config.ts';
import { createLogger, createScrubber } from '../../api/log.ts';
import { type Answer, ask } from '../../api/preview/testing.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import type { SessionView } from '../../projections/views.ts';
import { type E2bStandIn, startE2bStandIn } from '../stand-ins/e2b/start.ts';
import { type HttpVisitor, newHttpVisitor, until } from '../support/http-visitor.ts';
import { borrowTemplates, lendTemplates } from '../support/templates.ts';

const LIMIT_MS = 240_000;
const API_KEY = 'e2b_0123456789abcdef0123456789abcdef01234567';
const SOURCES = join(import.meta.dirname, '../../sandbox');
const API = `/api/habits?today=${new Date().toISOString().slice(0, 10)}`;
const HABITS = 'Build me a habit tracker. The streaks should survive a page refresh.';

/** A session whose sandbox is at E2B and whose backend is all on this machine, which has no public address. */
describe.runIf(hasBwrap)('A session in a sandbox at E2B', () => {
  let root: string;
  let standIn: E2bStandIn;
  let server: Started;
  let visitor: HttpVisitor;
  let session: CreatedSession;
  let log = '';

  const env = (): Record<string, string> => ({
    PORT: '0',
    MK0R_DATA_DIR: join(root, 'data'),
    VM_POOL_TARGET_SIZE: '0',
    MK0R_RATE_LIMITS: 'off',
    E2B_API_KEY: API_KEY,
    E2B_API_URL: standIn.url,
    E2B_SANDBOX_URL: standIn.url,
  });

  const serve = async (life: Partial<Life> = {}, port = 0): Promise<Started> => {
    const read = rightOf(readConfig({ ...env(), PORT: String(port) }));
    const scrubber = createScrubber();
    const out = {
      write: (line: string) => {
        log += line;
      },
    };
    const logger = createLogger({ level: 'info', format: 'json', scrub: scrubber, out });
    const config = { ...read, life: { ...read.life, ...life } };
    return start(config, { logger, scrubber, say: () => undefined });
  };

  const view = (): Promise<SessionView> => visitor.view(session.sessionId);
  const preview = (path = '/', headers: Record<string, string> = {}): Promise<Answer> =>
    ask(server.port, `${session.slug}.preview.localhost:${server.port}`, { path, headers });
  const reachPreview = (path: string): Promise<Answer> =>
    until(
      () => preview(path),
      ({ status }) => status === 200,
      200,
    );
  const machines = () => standIn.live().filter(({ name }) => name === `mk0r-${session.slug}`);

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'mk0r-e2b-session-'));
    chmodSync(root, 0o711);
    borrowTemplates(root);
    const baked = await bakeTemplate({ sourceDir: SOURCES, dataDir: root, log: () => undefined });
    lendTemplates(root);
    standIn = await startE2bStandIn({ apiKey: API_KEY, baked });
  }, LIMIT_MS);
  afterAll(async () => {
    await server?.close();
    await standIn.close();
    await removeTree(root);
  }, LIMIT_MS);

  it('does not begin before the template of this version was built', async () => {
    await expect(serve()).rejects.toThrow('npm run sandbox:build');
    const said: string[] = [];
    expect(await sandboxBuild([], { env: env(), say: (line) => said.push(line) })).toBe(0);
    expect(said.at(-1)).toMatch(/^Built in/);
    expect(await sandboxBuild([], { env: env(), say: (line) => said.push(line) })).toBe(0);
    expect(said.at(-1)).toBe('E2B has it already.');
  });

  it(
    'builds an app, with the database, the mail and the repository of this machine',
    async () => {
      server = await serve();
      visitor = await newHttpVisitor(() => server.url);
      session = await visitor.startSession(HABITS);
      await until(view, ({ phase, history, runningTurn, queuedTurns }) => {
        const built = phase === 'ready' && runningTurn === undefined && queuedTurns === 0;
        return built && history.commits.length > 0 && history.commits.every(({ pushed }) => pushed);
      });
      expect(machines()).toMatchObject([{ state: 'running' }]);
      const turns = await visitor.turns(session.sessionId);
      expect(turns).toMatchObject([{ status: 'finished' }]);
    },
    LIMIT_MS,
  );

  it('shows it through our proxy alone, hot updates included', async () => {
    expect((await reachPreview('/')).body).toContain('/@vite/client');
    await reachPreview(API);
    const host = `${session.slug}.preview.localhost:${server.port}`;
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`, 'vite-ping', { headers: { host } });
    await once(socket, 'open');
    socket.terminate();
    const added = await ask(server.port, host, {
      method: 'POST',
      path: '/api/habits',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Read 20 pages"}',
    });
    expect(added.status).toBe(201);
  });

  it(
    'goes on while the server is restarted: nothing sleeps, nothing is made again',
    async () => {
      const before = machines();
      const { port } = server;
      await server.close();
      expect(machines()).toMatchObject([{ id: before[0]?.id, state: 'running' }]);
      server = await serve({}, port);
      expect(await preview(API)).toMatchObject({ status: 200 });
      expect(machines()).toMatchObject([{ id: before[0]?.id, state: 'running' }]);
    },
    LIMIT_MS,
  );

  it(
    'sleeps when nobody uses it, and wakes with everything it knew for who opens its preview',
    async () => {
      const { port } = server;
      await server.close();
      server = await serve({ sleepAfterMinutes: 0.05 }, port);
      await until(
        async () => machines(),
        (all) => all[0]?.state === 'paused',
        200,
      );
      await until(view, ({ sandbox }) => sandbox === 'asleep');
      await server.close();
      server = await serve({}, port);
      expect(await preview('/', { accept: 'text/html', 'sec-fetch-dest': 'iframe' })).toMatchObject({
        status: 503,
        body: expect.stringContaining('Waking up'),
      });
      expect((await reachPreview(API)).body).toContain('Read 20 pages');
      expect(machines()).toMatchObject([{ state: 'running' }]);
      expect(standIn.made()).toBe(1);
    },
    LIMIT_MS,
  );

  it(
    'is rebuilt from its last commit when E2B loses it',
    async () => {
      const [{ id } = { id: '' }] = machines();
      await standIn.vanish(id);
      await until(view, ({ sandbox }) => sandbox !== 'awake', 100);
      expect((await reachPreview(API)).body).toContain('Read 20 pages');
      expect(machines()).toHaveLength(1);
      expect(standIn.made()).toBe(2);
    },
    LIMIT_MS,
  );

  it(
    'leaves nothing at E2B when it is deleted, and no key in the log',
    async () => {
      await visitor.request('DELETE', `/api/sessions/${session.sessionId}`);
      await until(
        async () => machines(),
        (all) => all.length === 0,
        100,
      );
      expect(log).toContain('sandbox booted');
      expect(log).not.toContain(API_KEY);
      expect(log).not.toMatch(/e2b-traffic-access-token|MK0R_BRIDGE_TOKEN/);
    },
    LIMIT_MS,
  );
});
