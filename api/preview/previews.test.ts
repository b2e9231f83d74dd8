import { once } from 'node:events';
import { createServer, request as httpRequest, type RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ViewsUnavailable } from '../../projections/views-unavailable.ts';
import { startTestServer, type TestServer } from '../testing/start.ts';
import { type Answer, type App, ask, createApp, sandboxAt } from './testing.ts';

const SLUG = 'abc123def456';
const NAVIGATION = { accept: 'text/html,*/*', 'sec-fetch-dest': 'iframe' };

let running: TestServer;
let port: number;
let app: App;
let handler: RequestListener;
const seen: { method: string; url: string; headers: Record<string, unknown> }[] = [];

beforeEach(async () => {
  running = await startTestServer();
  port = await running.listen();
  seen.length = 0;
  handler = (_request, response) => response.end('the app');
  app = await createApp((request, response) => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    handler(request, response);
  });
  running.app.setPreview(SLUG, { state: 'up', sandbox: app.sandbox });
});
afterEach(async () => {
  await app.close();
  await running.close();
});

const host = (slug = SLUG): string => `${slug}.preview.localhost:${port}`;
const open = (options: Parameters<typeof ask>[2] = {}, slug = SLUG): Promise<Answer> =>
  ask(port, host(slug), options);
const policies = ({ headers }: Answer): string => `${headers['content-security-policy']}`;

describe('a preview', () => {
  beforeEach(() => app.up());

  test('shows the app on its own origin', async () => {
    const answer = await open({ path: '/habits?x=%2F..%2F' });
    expect(answer).toMatchObject({ status: 200, body: 'the app' });
    expect(seen).toEqual([
      {
        method: 'GET',
        url: '/habits?x=%2F..%2F',
        headers: expect.objectContaining({
          host: host(),
          'x-forwarded-host': host(),
          'x-forwarded-proto': 'http',
          'x-sandbox': 'yes',
        }),
      },
    ]);
  });

  test('answers under every path, also those of our own API and page', async () => {
    for (const path of ['/', '/api/config', '/healthz', '/docs', '/s/x']) {
      expect((await open({ path })).body).toBe('the app');
    }
  });

  test('is never what the app’s own origin answers', async () => {
    const answer = await ask(port, running.site().host, { path: '/api/config' });
    expect(JSON.parse(answer.body)).toMatchObject({ previewUrl: `http://{slug}.preview.localhost:${port}` });
    expect(seen).toEqual([]);
  });

  test.each([
    `.preview.localhost`,
    `x.${SLUG}.preview.localhost`,
    `${SLUG}.preview.localhost.`,
    `${SLUG.toUpperCase()}.PREVIEW.LOCALHOST`,
    'preview.localhost',
    '..preview.localhost',
  ])('at %s is either the app or explained, never our page', async (name) => {
    const answer = await ask(port, `${name}:${port}`, { headers: NAVIGATION });
    expect(answer.body).toMatch(/the app|There is no app at this address/);
    expect(answer.body).not.toContain('<title>mk0r</title>');
  });

  test('gets everything of the browser’s and nothing of ours', async () => {
    await open({
      headers: {
        cookie: `theme=dark; mk0r_session_key=${'k'.repeat(43)}; session=theirs`,
        authorization: `Bearer ${running.config.adminToken}`,
        'x-session-key': 'k'.repeat(43),
        'x-forwarded-for': '8.8.8.8',
        'x-real-ip': '8.8.8.8',
        'x-custom': 'kept',
        connection: 'close, x-hop',
        'x-hop': 'dropped',
        te: 'trailers',
        'proxy-authorization': 'Basic x',
      },
    });
    const headers = seen[0]?.headers ?? {};
    expect(headers).toMatchObject({ cookie: 'theme=dark; session=theirs', 'x-custom': 'kept' });
    expect(headers['x-forwarded-for']).toBe('127.0.0.1');
    for (const name of [
      'authorization',
      'x-session-key',
      'x-real-ip',
      'x-hop',
      'te',
      'proxy-authorization',
    ]) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  test('keeps a bearer token of the app’s own', async () => {
    await open({ headers: { authorization: 'Bearer of-the-app' } });
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer of-the-app' });
  });

  test('cannot reach beyond its own origin, and is framed by our page only', async () => {
    handler = (_request, response) => {
      response.writeHead(200, {
        'set-cookie': [
          'a=1; Domain=localhost; Path=/',
          'b=2; Path=/; domain = .preview.localhost; HttpOnly',
          'mk0r_session_key=stolen; Path=/api',
        ],
        'content-security-policy': "default-src 'self'; frame-ancestors *, script-src 'none'",
        'x-frame-options': 'DENY',
        'service-worker-allowed': '/',
        'clear-site-data': '"*"',
        'strict-transport-security': 'max-age=99999999; includeSubDomains',
        'x-powered-by': 'vite',
      });
      response.end();
    };
    const answer = await open();
    expect(answer.headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2; Path=/; HttpOnly']);
    expect(policies(answer)).toContain(`frame-ancestors ${running.site().origin}`);
    expect(policies(answer)).not.toContain('frame-ancestors *');
    expect(policies(answer)).toContain("default-src 'self'");
    expect(policies(answer)).toContain("script-src 'none'");
    for (const name of [
      'x-frame-options',
      'service-worker-allowed',
      'clear-site-data',
      'strict-transport-security',
    ])
      expect(answer.headers).not.toHaveProperty(name);
    expect(answer.headers).toMatchObject({ 'x-powered-by': 'vite', 'origin-agent-cluster': '?1' });
  });

  test('passes bodies of any size on, both ways', async () => {
    handler = (request, response) => void request.pipe(response);
    const body = Buffer.alloc(5_000_000, 'x');
    const answer = await open({ method: 'POST', body, headers: { 'transfer-encoding': 'chunked' } });
    expect(answer.body.length).toBe(body.length);
  });

  test('passes a stream on as it comes', async () => {
    handler = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: first\n\n');
    };
    const request = httpRequest({ host: '127.0.0.1', port, headers: { host: host() } }).end();
    const [response] = await once(request, 'response');
    const [chunk] = await once(response, 'data');
    expect(`${chunk}`).toBe('data: first\n\n');
    request.destroy();
  });

  test('stops the app’s work when the browser goes away', async () => {
    const gone = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    handler = (_request, response) => {
      response.on('close', gone.resolve);
      arrived.resolve();
    };
    const request = httpRequest({ host: '127.0.0.1', port, headers: { host: host() } }).end();
    request.on('error', () => undefined);
    await arrived.promise;
    request.destroy();
    await gone.promise;
  });

  test('shows an error of the app’s own as the app wrote it', async () => {
    handler = (_request, response) => response.writeHead(502).end('my own gateway');
    expect(await open({ headers: NAVIGATION })).toMatchObject({ status: 502, body: 'my own gateway' });
  });

  test('tells a cut-off answer from a whole one', async () => {
    handler = (_request, response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('half');
      setImmediate(() => response.destroy());
    };
    await expect(open()).rejects.toThrow(/aborted|hang up/);
  });
});

describe('a page of the app', () => {
  beforeEach(() => app.up());
  const TAG = (): string => `<script src="/__mk0r/helper.js" data-page="${running.site().origin}"></script>`;
  const page = (html: string, headers: Record<string, string> = {}): void => {
    handler = (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html);
  };

  test.each([
    ['first in its head', '<!doctype html><html><head lang="de"><title>ä</title></head>', '<head lang="de">'],
    ['after its doctype where it has no head', '<!DOCTYPE html>\n<p>ä</p>', '<!DOCTYPE html>'],
    ['at its beginning where it has neither', '<p>ä</p>', ''],
  ])('is given what lets it speak to ours, %s', async (_, html, before) => {
    page(html, { 'content-length': `${Buffer.byteLength(html)}` });
    const answer = await open({ headers: NAVIGATION });
    expect(answer.body).toBe(html.replace(before, `${before}${TAG()}`));
  });

  test('is given it also where its head comes in pieces, and where it is long', async () => {
    handler = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.write('<html><he');
      setTimeout(() => response.end(`ad><title>x</title></head>${'y'.repeat(300_000)}`), 20);
    };
    const { body } = await open({ headers: NAVIGATION });
    expect(body.startsWith(`<html><head>${TAG()}<title>x</title></head>`)).toBe(true);
    expect(body.endsWith('yyy')).toBe(true);
  });

  test.each([
    ['what a script fetches', { accept: '*/*', 'sec-fetch-dest': 'empty' }, {}],
    ['what comes compressed all the same', NAVIGATION, { 'content-encoding': 'br' }],
  ])('is left as it is where it is %s', async (_, headers, own) => {
    page('<html><head></head></html>', own);
    expect((await open({ headers })).body).toBe('<html><head></head></html>');
  });

  test('is asked for uncompressed, and nothing else is', async () => {
    const compressed = { 'accept-encoding': 'gzip, br' };
    await open({ headers: { ...NAVIGATION, ...compressed } });
    await open({ headers: { ...compressed, 'sec-fetch-dest': 'script' }, path: '/src/main.tsx' });
    expect(seen.map(({ headers }) => headers['accept-encoding'])).toEqual([undefined, 'gzip, br']);
  });
});

describe('an app whose server fails', () => {
  beforeEach(() => app.up());
  const failing = (status: number, body: string): void => {
    handler = (_request, response) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };
  const noticed = () => running.app.carriedOut.filter(({ name }) => name === 'appFailed');

  test('is noticed, with what it said', async () => {
    failing(500, '{"error":"column \\"day\\" does not exist"}');
    expect((await open({ path: '/api/habits?since=1' })).status).toBe(500);
    expect(noticed()).toEqual([
      {
        name: 'appFailed',
        command: { slug: SLUG, message: 'GET /api/habits answered 500: column "day" does not exist' },
      },
    ]);
  });

  test('is noticed also where it says nothing a program can read', async () => {
    failing(502, 'no');
    await open({ path: '/api/habits', method: 'POST', body: '{}' });
    expect(noticed().map(({ command }) => Reflect.get(Object(command), 'message'))).toEqual([
      'POST /api/habits answered 502',
    ]);
  });

  test.each([
    ['a refusal', 400, '/api/habits'],
    ['a module that does not compile, which its page tells of', 500, '/src/App.tsx'],
  ])('is not what %s is', async (_, status, path) => {
    failing(status, '{}');
    await open({ path });
    expect(noticed()).toEqual([]);
  });
});

describe('a preview whose app is not there yet', () => {
  /** It is waited for as long as it takes: no pause of this machine uses the patience up. */
  const patiently = async (): Promise<Answer> => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    return open().finally(() => clock.mockRestore());
  };

  test('waits for it a moment, as when Vite restarts', async () => {
    const answer = open({ headers: NAVIGATION });
    await app.up();
    expect(await answer).toMatchObject({ status: 200, body: 'the app' });
  });

  test('asks again where the app hangs up', async () => {
    await app.up();
    let times = 0;
    handler = (request, response) => {
      times += 1;
      if (times < 3) request.socket.destroy();
      else response.end('third time lucky');
    };
    expect((await patiently()).body).toBe('third time lucky');
  });

  test('never asks twice for what may have had an effect', async () => {
    await app.up();
    handler = (request) => void request.socket.destroy();
    const answer = await open({ method: 'POST', body: 'amount=100' });
    expect(answer.status).toBe(503);
    expect(seen).toHaveLength(1);
  });

  test('says that it starts, and comes back by itself', async () => {
    const answer = await open({ headers: NAVIGATION });
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'retry-after': '1' });
    expect(answer.body).toContain('<h1>Starting the app</h1>');
    expect(answer.body).toContain('/__mk0r/status');
    expect(policies(answer)).toMatch(
      /default-src 'none'.*script-src 'sha256-.*frame-ancestors http:\/\/localhost/,
    );
    expect(JSON.parse((await open({ path: '/__mk0r/status' })).body)).toEqual({
      state: 'starting',
      ready: false,
    });
    await app.up();
    expect(JSON.parse((await open({ path: '/__mk0r/status' })).body)).toEqual({ state: 'up', ready: true });
  });

  test('says that it crashed as soon as the sandbox knows', async () => {
    running.app.silence = 'crashed';
    const answer = await open({ headers: NAVIGATION });
    expect(answer.body).toContain('<h1>The app does not answer</h1>');
    expect(answer.body).toContain(`data-state="crashed" data-page="${running.site().origin}"`);
    expect(JSON.parse((await open({ path: '/__mk0r/status' })).body)).toMatchObject({ state: 'crashed' });
  });

  test('asks the sandbox for the reason for as long as there is no answer', async () => {
    const asked = vi.spyOn(running.app, 'appSilent');
    const status = async () => JSON.parse((await open({ path: '/__mk0r/status' })).body);
    expect(await status()).toMatchObject({ state: 'starting' });
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
    expect(await status()).toMatchObject({ state: 'crashed' });
    now.mockRestore();
    expect(asked).toHaveBeenCalledTimes(2);
  });

  test('says it in JSON to whoever did not want a page', async () => {
    const answer = await open({ headers: { accept: '*/*', 'sec-fetch-dest': 'empty' } });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'preview_starting', status: 503 });
  });

  test('understands a sandbox host in the cloud that says so with a 502', async () => {
    let times = 0;
    const cloud = createServer((request, response) => {
      times += 1;
      expect(request.headers).toMatchObject({ 'e2b-traffic-access-token': 'traffic' });
      expect(request.headers.host).toMatch(/^127\.0\.0\.1:/);
      if (times < 3) response.writeHead(502).end('{"message":"The sandbox is running but port is not open"}');
      else response.end('up now');
    }).listen(0, '127.0.0.1');
    await once(cloud, 'listening');
    const address = cloud.address();
    const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const sandbox = sandboxAt({ origin, headers: { 'e2b-traffic-access-token': 'traffic' } });
    running.app.setPreview(SLUG, { state: 'up', sandbox });
    expect((await patiently()).body).toBe('up now');
    cloud.closeAllConnections();
    cloud.close();
  });
});

describe('a preview without a sandbox', () => {
  test.each([
    ['booting', 503, 'Setting up'],
    ['asleep', 503, 'Waking up'],
    ['waking', 503, 'Waking up'],
    ['lost', 503, 'Rebuilding'],
    ['gone', 410, 'This app was deleted'],
    ['unknown', 404, 'There is no app at this address'],
  ] as const)('that is %s says so', async (state, status, title) => {
    running.app.setPreview(SLUG, { state });
    const answer = await open({ headers: NAVIGATION });
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(`<h1>${title}</h1>`);
    expect(JSON.parse((await open({ path: '/__mk0r/status' })).body)).toEqual({ state, ready: false });
  });

  test('of which nobody can tell just now says so, and has its page ask again', async () => {
    Object.assign(running.app, {
      preview: () => Promise.reject(new ViewsUnavailable('no table serves yet')),
    });
    const answer = await open({ headers: NAVIGATION });
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    expect(answer.body).toContain('<h1>One moment</h1>');
    expect(JSON.parse((await open({ path: '/__mk0r/status' })).body)).toEqual({
      state: 'unread',
      ready: false,
    });
  });

  test('never asks a sandbox for the paths that are ours', async () => {
    await app.up();
    expect((await open({ path: '/__mk0r/anything' })).status).toBe(404);
    expect(seen).toEqual([]);
  });
});

describe('a websocket of the app’s', () => {
  const dial = (origin?: string) =>
    new WebSocket(`ws://127.0.0.1:${port}/?token=hmr`, 'vite-hmr', {
      headers: { host: host(), cookie: `mk0r_session_key=${'k'.repeat(43)}; theirs=1` },
      ...(origin === undefined ? {} : { origin }),
    });
  const echo = (): WebSocketServer => {
    const sockets = new WebSocketServer({ server: app.server });
    sockets.on('connection', (socket, request) => {
      seen.push({ method: 'UPGRADE', url: request.url ?? '', headers: request.headers });
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    return sockets;
  };

  test('goes through, in both directions and with its subprotocol', async () => {
    echo();
    await app.up();
    const socket = dial(`http://${host()}`);
    await once(socket, 'open');
    expect(socket.protocol).toBe('vite-hmr');
    for (const message of ['{"type":"connected"}', 'x'.repeat(1_000_000)]) {
      socket.send(message);
      const [data] = await once(socket, 'message');
      expect(`${data}`).toBe(message);
    }
    expect(seen[0]).toMatchObject({ url: '/?token=hmr', headers: { cookie: 'theirs=1', host: host() } });
    socket.close();
    await once(socket, 'close');
  });

  test('waits for an app that restarts', async () => {
    echo();
    const socket = dial(`http://${host()}`);
    const opened = once(socket, 'open');
    await app.up();
    await opened;
    socket.terminate();
  });

  test.each(['https://evil.example', 'http://zzz999zzz999.preview.localhost'])(
    'is closed to pages from %s',
    async (origin) => {
      echo();
      await app.up();
      const socket = dial(origin);
      socket.on('error', () => undefined);
      const [, response] = await once(socket, 'unexpected-response');
      expect(response.statusCode).toBe(403);
      expect(seen).toEqual([]);
    },
  );

  test('does not keep the server from going, and neither does a stream', async () => {
    echo();
    await app.up();
    const socket = dial(`http://${host()}`);
    socket.on('error', () => undefined);
    await once(socket, 'open');
    handler = (_request, response) => void response.write('endless');
    const stream = httpRequest({ host: '127.0.0.1', port, headers: { host: host() } }).end();
    stream.on('error', () => undefined);
    const [response] = await once(stream, 'response');
    response.on('error', () => undefined);
    await running.server.close();
    await once(socket, 'close');
  });

  test('ends with the app', async () => {
    const sockets = echo();
    await app.up();
    const socket = dial(`http://${host()}`);
    socket.on('error', () => undefined);
    await once(socket, 'open');
    for (const client of sockets.clients) client.terminate();
    await once(socket, 'close');
  });
});
