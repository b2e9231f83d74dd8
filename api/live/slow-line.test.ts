import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { ServerFrame } from '../../projections/live.ts';
import { createOperators } from '../http/operators.ts';
import { createFakeApplication, type FakeSession } from '../testing/fake-application.ts';
import { createLive } from './live.ts';
import { framesOf, holderOf } from './testing.ts';
import { createTickets } from './tickets.ts';

const ORIGIN = 'http://localhost';
/** A session that has said much. */
const LONG = 2 * 1024 * 1024;
/** As long as the answers and the first frames need; a line stands still in the middle of the long one. */
const FIRST = 16 * 1024;

/** A line to a server, which stands still once so many bytes have come over it, until it is let go on. */
const openLine = async (to: number, bytes: number) => {
  let left = bytes;
  let goOn = (): void => undefined;
  let stands = (): void => undefined;
  const stalled = new Promise<void>((resolve) => {
    stands = resolve;
  });
  const line = createTcpServer((near) => {
    const up = connect(to, '127.0.0.1');
    near.pipe(up);
    up.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      near.write(chunk);
      if (left > 0) return;
      up.pause();
      stands();
    });
    goOn = () => {
      left = Number.POSITIVE_INFINITY;
      up.resume();
    };
    for (const end of [near, up]) end.on('error', () => undefined);
    up.on('close', () => near.destroy());
    near.on('close', () => up.destroy());
  }).listen(0, '127.0.0.1');
  await once(line, 'listening');
  return {
    port: (line.address() as AddressInfo).port,
    stalled,
    goOn: () => goOn(),
    close: () => line.close(),
  };
};

const tickets = createTickets('a key of this test');
const lines: { readonly close: () => void }[] = [];
const sockets: WebSocket[] = [];
const cut: number[] = [];
let session: FakeSession;
let port: number;
let close: () => Promise<void>;

const BEAT_MS = 1_000;
/** The server's next beat, which comes when the test says. */
const beat = (): void => void vi.advanceTimersByTime(BEAT_MS);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const fake = createFakeApplication();
  session = fake.addSession('ada');
  fake.append(session.sessionId, 'SessionPlanned');
  const sessionView = async (sessionId: string) => {
    const view = await fake.sessionView(sessionId);
    return view && { ...view, title: 'ä"'.repeat(LONG / 2) };
  };
  const live = createLive({
    app: { ...fake, sessionView },
    tickets,
    operators: createOperators({ adminToken: 'the token', key: 'a key' }),
    metrics: { connections: () => undefined, connectionClosed: (code) => void cut.push(code) },
    logger: pino({ level: 'silent' }),
    origin: () => ORIGIN,
    heartbeatMs: BEAT_MS,
    helloMs: 60_000,
  });
  const server = createServer().on('upgrade', live.upgrade).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  close = async () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    for (const line of lines.splice(0)) line.close();
    await live.close();
    server.close();
    vi.useRealTimers();
    cut.length = 0;
  };
});
afterEach(() => close());

const lineOf = async (bytes: number) => {
  const line = await openLine(port, bytes);
  lines.push(line);
  return line;
};

/** A client that has been welcomed; answers what comes next. */
const welcomed = async (at: number, path = '/api/live', options: { readonly autoPong?: boolean } = {}) => {
  const socket = new WebSocket(`ws://127.0.0.1:${at}${path}`, { origin: ORIGIN, ...options });
  sockets.push(socket);
  const next = framesOf(socket);
  const closed = once(socket, 'close').then(() => 'closed' as const);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'hello', ticket: tickets.issue(holderOf(session)).ticket }));
  await next();
  const until = async (type: ServerFrame['type']): Promise<ServerFrame> => {
    for (;;) {
      const frame = await Promise.race([next(), closed]);
      if (frame === 'closed') throw new Error('the server has cut the line');
      if (frame.type === type) return frame;
    }
  };
  return {
    next,
    until,
    watch: () => socket.send(JSON.stringify({ type: 'sub', session: session.sessionId })),
    /** The server beats, and has whatever this client answered to that. */
    answersBeat: async (): Promise<void> => {
      beat();
      await until('heartbeat');
      socket.ping();
      await once(socket, 'pong');
    },
  };
};

test('a client on a slow line gets a long session whole, also where that takes longer than a ping may', async () => {
  const line = await lineOf(FIRST);
  const slow = await welcomed(line.port);
  slow.watch();
  await line.stalled;
  for (let silent = 0; silent < 8; silent += 1) beat();
  line.goOn();
  expect(await slow.until('reset')).toMatchObject({ pos: 0 });
  for (let heard = 0; heard < 16; heard += 1) await slow.answersBeat();
});

test('a client that takes nothing is cut off all the same', async () => {
  const line = await lineOf(FIRST);
  const slow = await welcomed(line.port);
  slow.watch();
  await line.stalled;
  for (let silent = 0; silent < 40; silent += 1) beat();
  await expect.poll(() => cut, { timeout: 30_000 }).toEqual([1006]);
});

test('a client that does not answer is cut off at once where nothing was on its way to it', async () => {
  const silent = await welcomed(port, '/api/live', { autoPong: false });
  beat();
  await silent.until('heartbeat');
  beat();
  await expect(silent.until('error')).rejects.toThrow('cut');
  expect(cut).toEqual([1006]);
});

test('a client that asks for it gets a long frame in parts, so that it hears from the server in between', async () => {
  const client = await welcomed(port, '/api/live?parts');
  client.watch();
  const parts: string[] = [];
  for (;;) {
    const frame = await client.until('part');
    if (frame.type !== 'part') continue;
    expect(JSON.stringify(frame).length).toBeLessThan(300_000);
    parts.push(frame.text);
    if (frame.last) break;
  }
  expect(JSON.parse(parts.join(''))).toMatchObject({
    type: 'reset',
    view: { title: 'ä"'.repeat(LONG / 2) },
  });
});
