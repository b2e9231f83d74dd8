import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ViewsUnavailable } from '../projections/views-unavailable.ts';
import { createOperators } from './http/operators.ts';
import { ADMIN_TOKEN, as, startTestServer, type TestServer } from './testing/start.ts';

const OPERATOR = { authorization: `Bearer ${ADMIN_TOKEN.replaceAll(' ', '-')}` };
let running: TestServer;
beforeEach(async () => {
  running = await startTestServer();
});
afterEach(() => running.close());

const problem = (code: string, status: number) =>
  expect.objectContaining({ code, status, type: 'about:blank' });

describe('a visitor', () => {
  test('starts a session and gets its key once, and as a cookie no script can read', async () => {
    const response = await running.server.inject({
      method: 'POST',
      url: '/api/sessions',
      headers: as('ada'),
      payload: { prompt: 'Build me a habit tracker.', commandId: 'command-1' },
    });
    expect(response.statusCode).toBe(201);
    const { sessionId, sessionKey } = response.json();
    expect(sessionKey).toMatch(/^[\w-]{43}$/);
    expect(response.headers['set-cookie']).toMatch(
      new RegExp(`^mk0r_session_key=${sessionKey}; Max-Age=\\d+; Path=/api; HttpOnly; SameSite=Strict$`),
    );
    expect(running.app.carriedOut).toEqual([
      {
        name: 'createSession',
        command: {
          commandId: 'command-1',
          owner: 'ada',
          prompt: 'Build me a habit tracker.',
          residentialIp: false,
        },
      },
    ]);
    const view = await running.server.inject({
      url: `/api/sessions/${sessionId}`,
      headers: as('ada', sessionKey),
    });
    expect(view.json()).toMatchObject({ sessionId, phase: 'ready', history: { childOf: {} } });
  });

  test('keeps the key of the browser for every session it starts', async () => {
    const sessionKey = 'k'.repeat(43);
    const response = await running.server.inject({
      method: 'POST',
      url: '/api/sessions',
      headers: as('ada', sessionKey),
    });
    expect(response.json()).toMatchObject({ sessionKey });
  });

  test('gets a new key where the browser carries something else in its place', async () => {
    const response = await running.server.inject({
      method: 'POST',
      url: '/api/sessions',
      headers: as('ada', 'guess'),
    });
    expect(response.json().sessionKey).toMatch(/^[\w-]{43}$/);
  });

  test('reads how a session was at an earlier revision', async () => {
    const { sessionId, sessionKey } = running.app.addSession('ada');
    const headers = as('ada', sessionKey);
    const at3 = await running.server.inject({ url: `/api/sessions/${sessionId}?at=3`, headers });
    expect(at3.json()).toMatchObject({ revision: 3 });
    const transcript = await running.server.inject({
      url: `/api/sessions/${sessionId}/transcript?at=3`,
      headers,
    });
    expect(transcript.json()).toMatchObject({ revision: 3, turns: [{ turnId: 'turn-1' }] });
  });

  test('reads history page by page, and downloads all of it, one event a line', async () => {
    const { sessionId, sessionKey } = running.app.addSession('ada');
    for (let i = 0; i < 1_203; i += 1) running.app.append(sessionId, 'AgentSaid', { text: `line\n${i}` });
    const headers = as('ada', sessionKey);
    const page = await running.server.inject({
      url: `/api/sessions/${sessionId}/events?from=1200&limit=100`,
      headers,
    });
    expect(page.json()).toMatchObject({
      head: 1_202,
      events: [{ pos: 1_200 }, { pos: 1_201 }, { pos: 1_202 }],
    });
    const all = await running.server.inject({ url: `/api/sessions/${sessionId}/events.ndjson`, headers });
    const lines = all.payload.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).pos)).toEqual(Array.from({ length: 1_203 }, (_, i) => i));
  });

  test('is told what is wrong with a request', async () => {
    const { sessionId, sessionKey } = running.app.addSession('ada');
    const post = (payload: string | object, type = 'application/json') =>
      running.server.inject({
        method: 'POST',
        url: `/api/sessions/${sessionId}/turns`,
        headers: { ...as('ada', sessionKey), 'content-type': type },
        payload,
      });
    const answers = await Promise.all([
      post('{"prompt": '),
      post('{"prompt":"x","__proto__":{"admin":true}}'),
      post({}),
      post({ prompt: 7 }),
      post({ prompt: 'x', colour: 'red' }),
      post({ prompt: 'x', commandId: '../../etc' }),
      post('prompt=x', 'text/plain'),
      post({ prompt: 'x'.repeat(300_000) }),
    ]);
    expect(answers.map((answer) => answer.json().code)).toEqual([
      'malformed_json',
      'malformed_json',
      'invalid_request',
      'invalid_request',
      'invalid_request',
      'invalid_request',
      'unsupported_media_type',
      'body_too_large',
    ]);
    expect(answers[2]?.json().detail).toMatch(/body .*prompt/);
    expect(answers[4]?.json().detail).toMatch(/body .*colour/);
    for (const answer of answers) {
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    }
    expect(running.app.carriedOut).toEqual([]);
  });

  test('learns why a command was refused, and when to come back', async () => {
    const { sessionId, sessionKey } = running.app.addSession('ada');
    const undo = () =>
      running.server.inject({
        method: 'POST',
        url: `/api/sessions/${sessionId}/history`,
        headers: as('ada', sessionKey),
        payload: { to: 'undo', data: 'keep' },
      });
    running.app.failing = { tag: 'Refused', code: 'nothing_to_undo', message: 'There is nothing to undo.' };
    expect((await undo()).json()).toEqual(problem('nothing_to_undo', 409));
    running.app.failing = { tag: 'Refused', code: 'prompt_too_long', message: 'The prompt is too long.' };
    expect((await undo()).json()).toEqual(problem('prompt_too_long', 422));
    running.app.failing = { tag: 'Unavailable', code: 'store_full', message: 'The disk is full.' };
    const full = await undo();
    expect(full.json()).toEqual(problem('store_full', 503));
    expect(full.headers['retry-after']).toBe('2');
  });

  test('never sees the inside of a failure', async () => {
    const { sessionId, sessionKey } = running.app.addSession('ada');
    Object.assign(running.app, {
      sessionView: () => Promise.reject(new Error('SELECT * FROM secrets at /srv/mk0r/store.ts:12')),
    });
    const response = await running.server.inject({
      url: `/api/sessions/${sessionId}`,
      headers: as('ada', sessionKey),
    });
    expect(response.json()).toEqual(problem('internal', 500));
    expect(response.payload).not.toMatch(/SELECT|store\.ts/);
  });

  test.each(['access', 'sessionView'])(
    'is asked to come again where the views of %s are away, and not told of a failure',
    async (read) => {
      const { sessionId, sessionKey } = running.app.addSession('ada');
      Object.assign(running.app, {
        [read]: () => Promise.reject(new ViewsUnavailable('Firestore could not be reached.')),
      });
      const response = await running.server.inject({
        url: `/api/sessions/${sessionId}`,
        headers: as('ada', sessionKey),
      });
      expect(response.json()).toEqual(problem('views_unavailable', 503));
      expect(response.headers['retry-after']).toBe('2');
    },
  );

  test('looks into the backend, and is told what is not there', async () => {
    const { sessionId, sessionKey } = running.app.addSession('ada');
    const get = (path: string) =>
      running.server.inject({ url: `/api/sessions/${sessionId}${path}`, headers: as('ada', sessionKey) });
    expect((await get('/database/habits?limit=2')).json()).toMatchObject({ rows: [['1'], [null]] });
    expect((await get('/database/streaks')).json()).toEqual(problem('unknown_table', 404));
    expect((await get('/files/src/app.tsx')).json()).toMatchObject({ content: 'export {}' });
    expect((await get('/files/src/other.tsx')).json()).toEqual(problem('unknown_file', 404));
    expect((await get('/diff/nonsense')).json()).toEqual(problem('invalid_request', 400));
    expect((await get('/env')).json()).toEqual({
      version: 1,
      variables: [{ name: 'DATABASE_URL', masked: 'post…9f2c', service: 'neon', replaced: false }],
    });
  });
});

describe('the pool', () => {
  const prewarm = (ip = '192.0.2.1') =>
    running.server.inject({ method: 'POST', url: '/api/vm/prewarm', remoteAddress: ip });
  const nudges = () => running.app.carriedOut.filter(({ name }) => name === 'nudgePool').length;

  test('is nudged at most once in ten seconds by one address, and says so to nobody', async () => {
    const answers = [await prewarm(), await prewarm(), await prewarm('192.0.2.2')];
    expect(answers.map(({ statusCode, payload }) => [statusCode, payload])).toEqual([
      [202, '{}'],
      [202, '{}'],
      [202, '{}'],
    ]);
    expect(nudges()).toBe(2);
  });

  test('answers nobody but the operator about itself', async () => {
    expect((await running.server.inject({ url: '/api/pool' })).json()).toEqual(problem('token_missing', 401));
    const pool = await running.server.inject({ url: '/api/pool', headers: OPERATOR });
    expect(pool.json()).toMatchObject({ target: 1, claims: { pool: 3, cold: 1 } });
    const warm = await running.server.inject({ url: '/api/warm' });
    expect(warm.json()).toEqual({
      ready: 1,
      parts: expect.objectContaining({ neon: 'warm', github: 'off' }),
    });
  });
});

describe('limits', () => {
  test('hold for the visitor, and for the address whoever comes from it', async () => {
    await running.close();
    running = await startTestServer({
      env: { MK0R_SESSION_STARTS_PER_VISITOR: '2', MK0R_SESSION_STARTS_PER_ADDRESS: '3' },
    });
    const start = (uid: string) =>
      running.server.inject({ method: 'POST', url: '/api/sessions', headers: as(uid) });
    const codes = [];
    for (const uid of ['ada', 'ada', 'ada', 'bob', 'cy']) codes.push((await start(uid)).statusCode);
    expect(codes).toEqual([201, 201, 429, 201, 429]);
    const refused = await start('ada');
    expect(refused.json()).toEqual(problem('rate_limited', 429));
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('are not used up by starts that failed at our end, and hold for many at once', async () => {
    await running.close();
    running = await startTestServer({ env: { MK0R_SESSION_STARTS_PER_VISITOR: '2' } });
    const start = () => running.server.inject({ method: 'POST', url: '/api/sessions', headers: as('ada') });
    running.app.failing = { tag: 'Unavailable', code: 'store_unavailable', message: 'The log is away.' };
    for (let attempt = 0; attempt < 5; attempt += 1) expect((await start()).statusCode).toBe(503);
    running.app.failing = undefined;
    const codes = (await Promise.all(Array.from({ length: 6 }, start))).map(({ statusCode }) => statusCode);
    expect(codes.toSorted()).toEqual([201, 201, 429, 429, 429, 429]);
    expect((await start()).statusCode).toBe(429);
  });

  test('can be switched off for a benchmark', async () => {
    await running.close();
    running = await startTestServer({
      env: { MK0R_SESSION_STARTS_PER_VISITOR: '1', MK0R_RATE_LIMITS: 'off' },
    });
    const start = () => running.server.inject({ method: 'POST', url: '/api/sessions', headers: as('ada') });
    expect([(await start()).statusCode, (await start()).statusCode]).toEqual([201, 201]);
  });
});

describe('the page', () => {
  test('is served for every address it knows, and never kept', async () => {
    for (const url of ['/', '/s/some-session']) {
      const response = await running.server.inject({ url });
      expect(response.statusCode).toBe(200);
      expect(response.payload).toContain('<title>mk0r</title>');
      expect(response.headers['cache-control']).toBe('no-store');
    }
  });

  test('runs our script only, frames previews only, and is framed by nobody', async () => {
    await running.listen();
    const { headers } = await running.server.inject({ url: '/' });
    const { socketOrigin, previewWildcard } = running.site();
    const policy = `${headers['content-security-policy']}`.split(';');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'self'",
        "script-src 'self'",
        `connect-src 'self' ${socketOrigin}`,
        `frame-src ${previewWildcard}`,
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ]),
    );
  });

  test('sends whoever typed 127.0.0.1 to the one origin that has the cookie', async () => {
    const port = await running.listen();
    const response = await running.server.inject({
      url: '/s/x?y=1',
      headers: { host: `127.0.0.1:${port}` },
    });
    expect([response.statusCode, response.headers.location]).toEqual([
      307,
      `http://localhost:${port}/s/x?y=1`,
    ]);
  });

  test('is not what an unknown address of the API gets', async () => {
    const response = await running.server.inject({ url: '/api/nothing' });
    expect(response.json()).toEqual(problem('not_found', 404));
  });
});

describe('the server', () => {
  test('keeps connections for longer than what stands before it does', async () => {
    const { headers } = await fetch(`http://127.0.0.1:${await running.listen()}/healthz`);
    expect(headers.get('keep-alive')).toBe('timeout=72');
  });

  test('says what it is, and whether it should be sent requests', async () => {
    const health = await running.server.inject({ url: '/healthz' });
    expect(health.json()).toMatchObject({
      status: 'ok',
      isolation: { tier: 'process' },
      store: 'up',
      versions: { node: process.versions.node },
    });
    expect((await running.server.inject({ url: '/readyz' })).statusCode).toBe(200);
    running.app.failing = { tag: 'Unavailable', code: 'store_unavailable', message: 'away' };
    expect((await running.server.inject({ url: '/readyz' })).statusCode).toBe(503);
    expect((await running.server.inject({ url: '/healthz' })).json()).toMatchObject({ status: 'degraded' });
  });

  test('shows its figures to the operator, without an id in any of them', async () => {
    const { sessionId, sessionKey } = running.app.addSession('ada');
    await running.server.inject({ url: `/api/sessions/${sessionId}`, headers: as('ada', sessionKey) });
    expect((await running.server.inject({ url: '/metrics' })).statusCode).toBe(401);
    const { payload } = await running.server.inject({ url: '/metrics', headers: OPERATOR });
    expect(payload).toContain(
      'mk0r_http_request_seconds_count{method="GET",route="/api/sessions/:id",status="200"} 1',
    );
    expect(payload).not.toContain(sessionId);
  });

  test('describes every route of the API, and who may call it', async () => {
    const { paths } = (await running.server.inject({ url: '/docs/json' })).json();
    for (const { method, url } of running.routes.filter(({ method }) => method !== 'HEAD')) {
      const path = url.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{*}');
      expect(paths[path]?.[method.toLowerCase()], `${method} ${url}`).toMatchObject({
        summary: expect.any(String),
        security: expect.any(Array),
      });
    }
  });

  test('lets the composition root mount what has its own checks', async () => {
    await running.close();
    running = await startTestServer({
      mounts: [async (server) => void server.get('/mounted', async () => ({ here: true }))],
    });
    expect((await running.server.inject({ url: '/mounted' })).json()).toEqual({ here: true });
  });

  test('does not start with a route nobody has said the access of', async () => {
    const { default: fastify } = await import('fastify');
    const { guard } = await import('./http/guard.ts');
    const server = fastify();
    guard(server, {
      app: running.app,
      verifyToken: () => async () => Promise.reject(),
      tokens: {},
      operators: createOperators({ key: 'a key' }),
      origin: () => 'http://localhost',
    });
    expect(() => server.get('/api/new', async () => ({}))).toThrow('must declare its access');
    expect(() =>
      server.get('/api/sessions/:id/new', { config: { access: 'public' } }, async () => ({})),
    ).toThrow("must be of access 'session'");
  });
});
