import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { lookByModules } from './page-by-modules.ts';

const PAGE = '<script type="module" src="/src/main.tsx"></script>';
/** More than a machine that is busy takes to answer. */
const LIMIT_MS = 30_000;

describe('a page whose modules are asked for', () => {
  let server: Server;
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** `modules` answers for everything but the page itself. */
  const look = async (modules: RequestListener, limitMs = LIMIT_MS) => {
    server = createServer((request, response) =>
      request.url === '/' ? void response.end(PAGE) : modules(request, response),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return lookByModules(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, limitMs);
  };

  it('is fine where each is served', async () => {
    expect(await look((_, response) => void response.end('export {};'))).toMatchObject({ ok: true });
  });

  it('is broken where one is not', async () => {
    const seen = await look((_, response) => void response.writeHead(500).end('no such import'));
    expect(seen).toMatchObject({ ok: false, detail: '/src/main.tsx answered 500. no such import' });
    expect(seen.late).toBeUndefined();
  });

  it('is not called broken by a machine that is too slow to serve it', async () => {
    expect(await look(() => undefined, 400)).toMatchObject({ ok: false, late: true });
  });

  it('is broken where the server hangs up', async () => {
    const seen = await look((request) => void request.socket.destroy());
    expect(seen).toMatchObject({ ok: false, detail: '/src/main.tsx was not answered.' });
  });
});
