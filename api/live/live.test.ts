import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { FakeSession } from '../testing/fake-application.ts';
import { as, startTestServer, type TestServer } from '../testing/start.ts';
import { POOL } from '../testing/views.ts';
import { framesOf } from './testing.ts';

let running: TestServer;
let port: number;
let session: FakeSession;
beforeEach(async () => {
  running = await startTestServer();
  port = await running.listen();
  session = running.app.addSession('ada');
  running.app.append(session.sessionId, 'SessionPlanned');
});
afterEach(() => running.close());

const open = (origin: string | undefined = running.site().origin, path = '/api/live') =>
  new WebSocket(`ws://127.0.0.1:${port}${path}`, {
    headers: { host: running.site().host },
    ...(origin === undefined ? {} : { origin }),
  });

const ticket = async (): Promise<string> => {
  const headers = as('ada', session.sessionKey);
  return (await running.server.inject({ method: 'POST', url: '/api/live/ticket', headers })).json().ticket;
};

const closing = async (socket: WebSocket): Promise<number> => {
  const [code] = (await once(socket, 'close')) as [number];
  return code;
};
const refusal = async (socket: WebSocket): Promise<number | undefined> => {
  socket.on('error', () => undefined);
  const [, response] = await once(socket, 'unexpected-response');
  return response.statusCode;
};

describe('the websocket', () => {
  test('stays open while the log is away, and says so, also to who comes meanwhile', async () => {
    const socket = open();
    const next = framesOf(socket);
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'hello', ticket: await ticket() }));
    expect(await next()).toMatchObject({ type: 'welcome' });
    running.app.failing = { tag: 'Unavailable', code: 'store_unavailable', message: 'The log is away.' };
    expect(await next()).toEqual({ type: 'log', state: 'away' });
    const late = open();
    const lateNext = framesOf(late);
    await once(late, 'open');
    late.send(JSON.stringify({ type: 'hello', ticket: await ticket() }));
    expect(await lateNext()).toMatchObject({ type: 'welcome' });
    expect(await lateNext()).toEqual({ type: 'log', state: 'away' });
    running.app.failing = undefined;
    expect(await next()).toEqual({ type: 'log', state: 'up' });
    expect(await lateNext()).toEqual({ type: 'log', state: 'up' });
    socket.terminate();
    late.terminate();
  });

  test('carries a topic to an operator who has signed in, until they sign out', async () => {
    const { origin } = running.site();
    const url = '/api/operator/session';
    const payload = { token: running.config.adminToken };
    const signIn = await running.server.inject({ method: 'POST', url, payload });
    const cookie = String(signIn.headers['set-cookie']).split(';', 1)[0] ?? '';
    const bought = await running.server.inject({
      method: 'POST',
      url: '/api/live/ticket',
      headers: { cookie, origin },
    });
    const socket = open();
    const next = framesOf(socket);
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'hello', ticket: bought.json().ticket }));
    socket.send(JSON.stringify({ type: 'sub', topic: 'pool' }));
    expect(await next()).toMatchObject({ type: 'welcome' });
    expect(await next()).toEqual({ type: 'topic', topic: 'pool', data: POOL });
    const closed = closing(socket);
    await running.server.inject({ method: 'DELETE', url, headers: { cookie, origin } });
    socket.send(JSON.stringify({ type: 'sub', topic: 'ops' }));
    expect(await closed).toBe(4401);
  });

  test('carries a session live to whoever has a ticket for it', async () => {
    const socket = open();
    const next = framesOf(socket);
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'hello', ticket: await ticket() }));
    socket.send(JSON.stringify({ type: 'sub', session: session.sessionId }));
    expect(await next()).toMatchObject({ type: 'welcome' });
    expect(await next()).toMatchObject({ type: 'reset', pos: 0 });
    running.app.append(session.sessionId, 'TurnSubmitted', { turnId: 't' });
    expect(await next()).toMatchObject({ type: 'event', prev: 0, event: { pos: 1, type: 'TurnSubmitted' } });
    socket.close();
    await closing(socket);
    const { payload } = await running.server.inject({
      url: '/metrics',
      headers: { authorization: `Bearer ${running.config.adminToken}` },
    });
    expect(payload).toMatch(/mk0r_live_closed_total\{code="1005"\} 1/);
    expect(payload).toMatch(/mk0r_live_connections 0/);
  });

  test.each([
    ['another site', 'https://evil.example'],
    ['a preview', 'http://abc123def456.preview.localhost'],
    ['nowhere', undefined],
    ['an origin that begins like ours', 'http://localhost:30000'],
  ])('is closed to pages from %s', async (_where, origin) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/live`, origin === undefined ? {} : { origin });
    expect(await refusal(socket)).toBe(403);
  });

  test('is at one address only', async () => {
    expect(await refusal(open(undefined, '/api/live/other'))).toBe(404);
  });

  test('takes a ticket once', async () => {
    const shared = await ticket();
    const [first, second] = [open(), open()];
    const next = framesOf(first);
    await Promise.all([once(first, 'open'), once(second, 'open')]);
    first.send(JSON.stringify({ type: 'hello', ticket: shared }));
    expect(await next()).toMatchObject({ type: 'welcome' });
    second.send(JSON.stringify({ type: 'hello', ticket: shared }));
    expect(await closing(second)).toBe(4401);
    first.terminate();
  });

  test.each([
    ['a frame above 16 KiB', (socket: WebSocket) => socket.send('x'.repeat(16 * 1024 + 1)), 1009],
    ['a binary frame', (socket: WebSocket) => socket.send(Buffer.from([1])), 4400],
    [
      'a message in more than 64 pieces',
      (socket: WebSocket) => {
        for (let i = 0; i < 70; i += 1) socket.send('', { fin: false });
      },
      1008,
    ],
  ])('is closed over %s', async (_what, send, code) => {
    const socket = open();
    socket.on('error', () => undefined);
    await once(socket, 'open');
    send(socket);
    expect(await closing(socket)).toBe(code);
  });

  test('sends everybody away when the server goes, and lets nobody keep it from going', async () => {
    const polite = open();
    await once(polite, 'open');
    const left = closing(polite);
    const rude = connectTcp(port, '127.0.0.1');
    rude.write(
      [
        'GET /api/live HTTP/1.1',
        `Host: ${running.site().host}`,
        `Origin: ${running.site().origin}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        '',
        '',
      ].join('\r\n'),
    );
    await once(rude, 'data');
    await running.server.close();
    expect(await left).toBe(1001);
    rude.destroy();
  });
});
