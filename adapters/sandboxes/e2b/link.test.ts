import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLink } from '../../../sandbox/bridge/link/link.ts';
import { openLink } from './link.ts';

const TOKEN = 'the-token-of-this-test-0123456789';
const [DATABASE, GIT] = [5432, 9418];
const PATIENT = { timeout: 20_000, interval: 20 };
/** A hundred connections that come at once are served one after the other: seconds, on a machine that is busy. */
const WAIT_MS = 50_000;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = async (server: Server): Promise<Server> => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
};

let closers: (() => void)[] = [];
let inside: Readonly<Record<number, number>>;
/** Websockets between the control plane and the sandbox. */
let websockets: Set<unknown>;

beforeEach(async () => {
  const greeter = await listening(createTcpServer((socket) => socket.on('error', () => 0).write('hello')));
  const bridge = createLink(TOKEN, WAIT_MS);
  websockets = new Set();
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    websockets.add(socket);
    socket.once('close', () => websockets.delete(socket));
    bridge.upgrade(request, socket, head);
  });
  await listening(server);
  const tunnels = await Promise.all([DATABASE, GIT].map((port) => listening(bridge.tunnelTo(port))));
  const [database, git] = tunnels.map(portOf);
  inside = { [DATABASE]: database ?? 0, [GIT]: git ?? 0 };
  const link = openLink({
    bridge: { origin: `http://127.0.0.1:${portOf(server)}`, headers: {} },
    token: TOKEN,
    forwards: [DATABASE, GIT].map((port) => ({
      port,
      target: { host: '127.0.0.1', port: portOf(greeter) },
    })),
    anew: false,
    onSilence: () => undefined,
  });
  closers = [link.close, bridge.close, ...[greeter, server, ...tunnels].map((one) => () => void one.close())];
});
afterEach(() => {
  for (const close of closers) close();
});

/** A connection from inside the sandbox; `refused` where it is cut off before anything was said. */
const dial = async (port: number): Promise<Socket | 'refused'> => {
  const socket = connect(inside[port] ?? 0, '127.0.0.1');
  closers.push(() => socket.destroy());
  return new Promise((resolve) => {
    socket.once('data', () => resolve(socket));
    socket.once('error', () => resolve('refused'));
    socket.once('close', () => resolve('refused'));
  });
};
const dialAll = (port: number, count: number) => Promise.all(Array.from({ length: count }, () => dial(port)));
const isHeld = (one: Socket | 'refused'): one is Socket => one !== 'refused';

test('after a burst of connections no more websockets stand ready than before', async () => {
  await expect.poll(() => websockets.size, PATIENT).toBe(3);
  const held = [...(await dialAll(DATABASE, 120)), ...(await dialAll(GIT, 8))].filter(isHeld);
  expect(held).toHaveLength(128);
  for (const socket of held) socket.destroy();
  await expect.poll(() => websockets.size, PATIENT).toBe(3);
  expect(await dial(GIT)).not.toBe('refused');
});

test('a database that takes all the connections it gets leaves some to the others', async () => {
  const held = (await dialAll(DATABASE, 128)).filter(isHeld);
  expect(held).toHaveLength(120);
  expect(await dial(GIT)).not.toBe('refused');
});
