/**
 * A server with the real contract and no truth behind it, for looking at the pages alone:
 *   node web/dev/mock-server.ts   (PORT, default 3000; serves web/dist, or WEB_DIST, too, or `vite web` proxies to it)
 * Sessions to look at: /s/demo-done /s/demo-missing /s/demo-asleep /s/demo-lost /s/demo-failed /s/demo-quick /s/demo-boot
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ClientFrame, OperatorFrame, ServerFrame, Topic } from '../../projections/live.ts';
import { report } from './mock-operations.ts';
import type { Reply } from './mock-reply.ts';
import { answer } from './mock-routes.ts';
import { seed, sessions } from './mock-sessions.ts';

const port = Number(process.env.PORT ?? 3000);
const dist = process.env.WEB_DIST ?? fileURLToPath(new URL('../dist', import.meta.url));
const epoch = randomUUID();

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const APP = `<!doctype html><meta name=viewport content="width=device-width"><title>Habits</title>
<style>body{font:16px/1.5 system-ui;margin:0;padding:2rem;max-width:32rem}li{display:flex;justify-content:space-between;padding:.75rem 0;border-bottom:1px solid #ddd}</style>
<h1>Habits</h1><ul style="list-style:none;padding:0"><li>Read for ten minutes<b>6 days</b></li><li>Walk before noon<b>2 days</b></li><li>No phone in bed<b>11 days</b></li></ul>`;

const file = async (path: string): Promise<Reply> => {
  const name = normalize(path === '/' || !extname(path) ? '/index.html' : path);
  try {
    return {
      status: 200,
      type: TYPES[extname(name)] ?? 'text/plain',
      body: await readFile(join(dist, name)),
    };
  } catch {
    return { status: 404, type: 'text/plain', body: 'Run `npm run web:build` first.' };
  }
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const reply: Reply = url.hostname.includes('.preview.')
    ? { status: 200, type: 'text/html', body: APP }
    : ((await answer(request.method ?? 'GET', url, await bodyOf(request))) ?? (await file(url.pathname)));
  response.writeHead(reply.status, { 'content-type': reply.type, 'cache-control': 'no-store' });
  response.end(reply.body);
};

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
});

const frameOf = (topic: Topic): ServerFrame => {
  const { pool, projections, ...data } = report();
  if (topic === 'ops') return { type: 'topic', topic, data };
  return topic === 'pool'
    ? { type: 'topic', topic, data: pool }
    : { type: 'topic', topic, data: projections };
};

const tellTopic = (topic: Topic, send: (frame: ServerFrame) => void): (() => void) => {
  send(frameOf(topic));
  const timer = setInterval(() => send(frameOf(topic)), 1_000);
  return () => clearInterval(timer);
};

const follow = (socket: WebSocket): void => {
  const send = (frame: ServerFrame): void => socket.send(JSON.stringify(frame));
  const leave: (() => void)[] = [];
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as ClientFrame | OperatorFrame;
    if (frame.type === 'hello') send({ type: 'welcome', epoch, heartbeatMs: 5_000 });
    if (frame.type !== 'sub') return;
    if ('topic' in frame) {
      leave.push(tellTopic(frame.topic, send));
      return;
    }
    const log = sessions.get(frame.session);
    if (log === undefined) {
      send({ type: 'error', code: 'session_not_found', message: 'No such session.', session: frame.session });
      return;
    }
    log.listeners.add(send);
    leave.push(() => log.listeners.delete(send));
    const { session, from } = frame;
    if (from === undefined || frame.epoch !== epoch) {
      send({ type: 'reset', session, epoch, pos: log.head, reason: 'first', ...log.views() });
      return;
    }
    send({ type: 'events', session, events: log.events.slice(from + 1) });
    send({ type: 'caughtUp', session, pos: log.head });
  });
  socket.on('close', () => {
    for (const go of leave) go();
  });
};

const sockets = new WebSocketServer({ server, path: '/api/live' });
sockets.on('connection', follow);
setInterval(() => {
  const heads = Object.fromEntries([...sessions].map(([id, log]) => [id, log.head]));
  for (const socket of sockets.clients) socket.send(JSON.stringify({ type: 'heartbeat', heads }));
}, 5_000);

await seed();
server.listen(port, '127.0.0.1', () => console.log(`http://localhost:${port}`));
