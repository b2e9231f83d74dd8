import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { startTestServer, type TestServer } from '../testing/start.ts';
import { type App, ask, createApp } from './testing.ts';

const SLUG = 'abc123def456';

let running: TestServer;
let port: number;
let app: App;

beforeEach(async () => {
  running = await startTestServer();
  port = await running.listen();
  app = await createApp((_request, response) => void response.end('the app'));
  new WebSocketServer({ server: app.server }).on('connection', (socket) => {
    socket.on('message', (data) => socket.send(data));
  });
  await app.up();
  running.app.setPreview(SLUG, { state: 'up', sandbox: app.sandbox });
});
afterEach(async () => {
  await app.close();
  await running.close();
});

const host = (): string => `${SLUG}.preview.localhost:${port}`;
const says = async (protocol: string | undefined, messages: number): Promise<void> => {
  const url = `ws://127.0.0.1:${port}/`;
  const socket = new WebSocket(url, protocol === undefined ? [] : [protocol], { headers: { host: host() } });
  await once(socket, 'open');
  for (let sent = 0; sent < messages; sent += 1) {
    socket.send('hello');
    await once(socket, 'message');
  }
  socket.terminate();
};

describe('an app counts as used', () => {
  test('by every request it answered', async () => {
    await ask(port, host());
    await ask(port, host(), { path: '/api/habits', method: 'POST', body: '{}' });
    expect(running.app.touched).toEqual([SLUG, SLUG]);
  });

  test('by a websocket of its own, and by what is said on it', async () => {
    await says(undefined, 2);
    expect(running.app.touched).toEqual([SLUG, SLUG, SLUG]);
  });

  test('not by a tab that only waits for changes to its code', async () => {
    await says('vite-hmr', 1);
    expect(running.app.touched).toEqual([]);
  });

  test('not by asking whether it is there', async () => {
    await ask(port, host(), { path: '/__mk0r/status' });
    expect(running.app.touched).toEqual([]);
  });
});

describe('an app that sleeps', () => {
  test('is woken by whoever opens it, not by a tab that was left open', async () => {
    running.app.setPreview(SLUG, { state: 'asleep' });
    const ping = new WebSocket(`ws://127.0.0.1:${port}/`, 'vite-ping', { headers: { host: host() } });
    ping.on('error', () => undefined);
    await once(ping, 'unexpected-response');
    expect(running.app.woken).toEqual([]);
    await ask(port, host());
    expect(running.app.woken).toEqual([SLUG]);
  });
});
