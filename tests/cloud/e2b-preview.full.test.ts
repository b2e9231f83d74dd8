import { once } from 'node:events';
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type E2bAccount, openE2bAccount } from '../../adapters/sandboxes/e2b/fixtures/e2b-host.ts';
import { hasBwrap, succeeds } from '../../adapters/sandboxes/local/fixtures/machine.ts';
import { previewAnswer } from '../../adapters/sandboxes/local/fixtures/preview.ts';
import { bootRequest } from '../../adapters/sandboxes/sandboxes.contract-kit.ts';
import { ask } from '../../api/preview/testing.ts';
import { startTestServer, type TestServer } from '../../api/testing/start.ts';
import type { Sandbox } from '../../commands/ports/sandboxes.ts';
import { right } from '../../domain/testing/outcome.ts';
import { pretendDomain } from '../stand-ins/e2b/domain.ts';

const SLUG = 'abc123def456';
const NAME = `mk0r-${SLUG}`;
const HOST = `${SLUG}.preview.localhost`;

const ways = [
  ['by host name, over https', succeeds(['openssl', 'version'])],
  ['by header, at one address', true],
] as const;

describe.each(ways)('The preview of a sandbox at E2B, reached %s', (way, possible) => {
  const byHost = way.startsWith('by host');
  describe.runIf(hasBwrap && possible)('through our proxy', () => {
    let account: E2bAccount;
    let server: TestServer;
    let port: number;
    let sandbox: Sandbox;
    const domain = byHost && possible ? pretendDomain() : undefined;

    beforeAll(async () => {
      account = await openE2bAccount(domain === undefined ? {} : { tls: domain.tls });
      const host = await account.open({ network: { hostOf: () => `${HOST}:3000` } });
      sandbox = await right(host.boot(bootRequest(NAME)));
      await previewAnswer(sandbox.preview);
      server = await startTestServer();
      port = await server.listen();
      server.app.setPreview(SLUG, { state: 'up', sandbox });
    });
    afterAll(async () => {
      await server?.close();
      await account?.close();
      domain?.restore();
    });

    it('is at an origin of E2B’s that refuses everybody else', async () => {
      expect(sandbox.preview.origin.startsWith(byHost ? 'https://8501-' : 'http://127.0.0.1')).toBe(true);
      const { 'e2b-traffic-access-token': _, ...rest } = sandbox.preview.headers;
      expect((await fetch(sandbox.preview.origin, { headers: rest })).status).toBe(403);
    });

    it('is the app, which sees the name browsers know it by and nothing a visitor says about E2B', async () => {
      expect(await ask(port, HOST)).toMatchObject({ status: 200, body: '<h1>tiny</h1>' });
      const forged = {
        'e2b-sandbox-id': 'somebodyelses',
        'e2b-sandbox-port': '8500',
        'e2b-traffic-access-token': 'forged',
      };
      const answer = await ask(port, HOST, { path: '/headers', headers: forged });
      const seen = JSON.parse(answer.body);
      expect(seen).toMatchObject({ host: `${HOST}:3000`, 'x-forwarded-host': HOST });
      expect(JSON.stringify(seen)).not.toMatch(/somebodyelses|forged/);
    });

    it('passes a redirect on to the browser, and does not go there itself', async () => {
      expect(await ask(port, HOST, { path: '/away' })).toMatchObject({
        status: 302,
        headers: { location: 'http://127.0.0.1:1/secret' },
      });
    });

    it('carries a websocket both ways', async () => {
      const upgrade = request({
        host: '127.0.0.1',
        port,
        path: '/',
        headers: { host: HOST, connection: 'Upgrade', upgrade: 'websocket' },
        agent: false,
      });
      upgrade.end();
      const [answer, socket] = (await once(upgrade, 'upgrade')) as [{ statusCode: number }, Duplex];
      expect(answer.statusCode).toBe(101);
      socket.write('ping ');
      socket.write('pong');
      let heard = '';
      while (heard.length < 9) heard += String((await once(socket, 'data'))[0]);
      expect(heard).toBe('ping pong');
      socket.destroy();
    });

    it('says that the app is starting, and not what E2B says, while nothing listens there', async () => {
      await right(
        sandbox.exec({ cmd: ['sh', '-c', 'rm -rf node_modules; pkill -f vite.js'], timeoutMs: 5_000 }),
      );
      const answer = await ask(port, HOST, { headers: { accept: 'text/html', 'sec-fetch-dest': 'iframe' } });
      expect(answer).toMatchObject({ status: 503 });
      expect(answer.body).toContain('Starting the app');
      expect(answer.body).not.toContain('port is not open');
    });

    it('says the same when E2B no longer knows the sandbox', async () => {
      const [{ id } = { id: '' }] = account.standIn.live();
      await account.standIn.vanish(id);
      const answer = await ask(port, HOST, { headers: { accept: 'text/html', 'sec-fetch-dest': 'iframe' } });
      expect(answer).toMatchObject({ status: 503 });
      expect(answer.body).not.toContain('sandbox was not found');
    });
  });
});
