import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FakeSession } from '../testing/fake-application.ts';
import { ADMIN_TOKEN, as, startTestServer, type TestServer } from '../testing/start.ts';
import type { Access } from './access.ts';

/** Every kind of caller, and what each kind of route answers it. `ok`: it was let in, whatever it was told then. */
const CALLERS = [
  'owner',
  'other visitor',
  'nobody',
  'bad token',
  "owner with another's key",
  'owner without key',
  'owner of a deleted session',
  'operator',
  'operator signed in',
  "operator's cookie from elsewhere",
  'operator signed out',
] as const;
type Caller = (typeof CALLERS)[number];
type Answer =
  | 'ok'
  | 'token_missing'
  | 'token_refused'
  | 'session_not_found'
  | 'session_key_wrong'
  | 'operator_signed_out'
  /** To look is harmless: no other page gets to read the answer. To change something is not. */
  | 'ok to look'
  | 'origin_refused';

const all = (answer: Answer): Record<Caller, Answer> => ({
  owner: answer,
  'other visitor': answer,
  nobody: answer,
  'bad token': answer,
  "owner with another's key": answer,
  'owner without key': answer,
  'owner of a deleted session': answer,
  operator: answer,
  'operator signed in': answer,
  "operator's cookie from elsewhere": answer,
  'operator signed out': answer,
});
const BY_COOKIE = {
  'operator signed in': 'ok',
  "operator's cookie from elsewhere": 'ok to look',
  'operator signed out': 'operator_signed_out',
} as const;
const NO_TOKEN = {
  nobody: 'token_missing',
  'operator signed in': 'token_missing',
  "operator's cookie from elsewhere": 'token_missing',
  'operator signed out': 'token_missing',
} as const;
const OPERATOR_ONLY: Record<Caller, Answer> = {
  ...all('token_refused'),
  ...BY_COOKIE,
  nobody: 'token_missing',
  operator: 'ok',
};
const VISITORS: Record<Caller, Answer> = {
  ...all('ok'),
  ...NO_TOKEN,
  'bad token': 'token_refused',
  operator: 'token_refused',
};
const EXPECTED: Record<Access, Record<Caller, Answer>> = {
  public: { ...all('ok'), "operator's cookie from elsewhere": 'ok to look' },
  visitor: VISITORS,
  live: { ...VISITORS, ...BY_COOKIE, operator: 'ok' },
  session: {
    ...VISITORS,
    'other visitor': 'session_not_found',
    "owner with another's key": 'session_key_wrong',
    'owner without key': 'session_key_wrong',
    'owner of a deleted session': 'session_not_found',
  },
  operator: OPERATOR_ONLY,
  // With POOL_ADMIN_TOKEN set, as here; it is not the operator's.
  pool: { ...OPERATOR_ONLY, ...NO_TOKEN, operator: 'token_refused' },
  metrics: OPERATOR_ONLY,
};

/** The route table as it is meant to be. A route that is not here, or is here with another access, fails. */
const TABLE: Readonly<Record<Access, readonly string[]>> = {
  public: [
    'GET /api/config',
    'GET /api/warm',
    'GET /healthz',
    'GET /readyz',
    'GET /api/operator/session',
    'POST /api/operator/session',
    'DELETE /api/operator/session',
  ],
  visitor: ['POST /api/sessions', 'GET /api/sessions', 'POST /api/links'],
  live: ['POST /api/live/ticket'],
  session: [
    'GET /api/sessions/:id',
    'DELETE /api/sessions/:id',
    'GET /api/sessions/:id/transcript',
    'POST /api/sessions/:id/turns',
    'POST /api/sessions/:id/upgrade',
    'POST /api/sessions/:id/turns/:turnId/cancel',
    'POST /api/sessions/:id/pictures',
    'GET /api/sessions/:id/pictures/:pictureId',
    'GET /api/sessions/:id/history',
    'POST /api/sessions/:id/history',
    'POST /api/sessions/:id/fork',
    'POST /api/sessions/:id/fork/retry',
    'GET /api/sessions/:id/version',
    'POST /api/sessions/:id/version',
    'DELETE /api/sessions/:id/version',
    'GET /api/sessions/:id/events',
    'GET /api/sessions/:id/events.ndjson',
    'GET /api/sessions/:id/events/verify',
    'GET /api/sessions/:id/events/:revision/chain',
    'GET /api/sessions/:id/files',
    'GET /api/sessions/:id/files/*',
    'PUT /api/sessions/:id/files/*',
    'PATCH /api/sessions/:id/files/*',
    'DELETE /api/sessions/:id/files/*',
    'GET /api/sessions/:id/search',
    'GET /api/sessions/:id/export.zip',
    'GET /api/sessions/:id/diff/:sha',
    'GET /api/sessions/:id/clone',
    'GET /api/sessions/:id/database',
    'GET /api/sessions/:id/database/:table',
    'POST /api/sessions/:id/database/:table/rows',
    'PATCH /api/sessions/:id/database/:table/rows',
    'DELETE /api/sessions/:id/database/:table/rows',
    'POST /api/sessions/:id/sql',
    'GET /api/sessions/:id/mail',
    'GET /api/sessions/:id/analytics',
    'GET /api/sessions/:id/env',
    'POST /api/sessions/:id/env/:name/reveal',
    'PUT /api/sessions/:id/env/:name',
    'POST /api/sessions/:id/services/:service/retry',
    'POST /api/sessions/:id/services/:service/release',
    'POST /api/sessions/:id/wake',
    'POST /api/sessions/:id/errors',
    'POST /api/sessions/:id/links',
    'POST /api/sessions/:id/model',
    'POST /api/sessions/:id/mail/address',
    'POST /api/sessions/:id/mail/code',
  ],
  operator: [
    'GET /api/ops',
    'POST /api/ops/retry',
    'POST /api/ops/budget',
    'GET /api/ops/spending',
    'GET /api/pool',
    'POST /api/pool/target',
    'POST /api/pool/drain',
    'GET /api/orphans',
    'POST /api/orphans/release',
    'GET /api/audit/sessions',
    'GET /api/audit/sessions/:id',
    'GET /api/audit/sessions/:id/transcript',
    'GET /api/audit/sessions/:id/events',
    'GET /api/audit/sessions/:id/events.ndjson',
    'GET /api/audit/sessions/:id/events/verify',
    'GET /api/audit/sessions/:id/events/:revision/chain',
    'GET /api/projections',
    'POST /api/projections/:name/rebuild',
    'POST /api/projections/:name/rollback',
  ],
  pool: ['POST /api/vm/prewarm'],
  metrics: ['GET /metrics'],
};
const ROWS = Object.entries(TABLE).flatMap(([access, routes]) =>
  routes.map((route) => ({ access: access as Access, route })),
);

/** A body each command accepts, so that a caller who gets in gets through. */
const BODIES: Readonly<Record<string, object>> = {
  'PUT /api/sessions/:id/files/*': { content: 'export {}', base: null },
  'PATCH /api/sessions/:id/files/*': { to: 'src/main.tsx', base: 'a'.repeat(40) },
  'DELETE /api/sessions/:id/files/*': { base: 'a'.repeat(40) },
  'POST /api/sessions/:id/database/:table/rows': { values: { name: 'run' } },
  'PATCH /api/sessions/:id/database/:table/rows': { key: { id: '1' }, version: '7', values: { name: 'run' } },
  'DELETE /api/sessions/:id/database/:table/rows': { key: { id: '1' }, version: '7' },
  'POST /api/sessions/:id/sql': { statement: 'SELECT 1', mode: 'read' },
  'PUT /api/sessions/:id/env/:name': { value: 'mine' },
  'POST /api/sessions/:id/turns': { prompt: 'Add a streak.' },
  'POST /api/sessions/:id/errors': { source: 'page', message: 'habits is undefined' },
  'POST /api/links': { sessionId: 'shared', secret: 's'.repeat(43) },
  'POST /api/sessions/:id/model': { model: 'sonnet' },
  'POST /api/sessions/:id/mail/address': { address: 'ada@example.com' },
  'POST /api/sessions/:id/mail/code': { code: '123456' },
  'POST /api/ops/budget': { sessionId: 'spent', budgetMicros: 5_000_000 },
  'POST /api/sessions/:id/history': { to: 'undo', data: 'keep' },
  'POST /api/sessions/:id/version': { commit: 'a'.repeat(40) },
  'POST /api/sessions/:id/fork': { commit: 'a'.repeat(40), data: 'kept' },
  'POST /api/operator/session': { token: ADMIN_TOKEN.replaceAll(' ', '-') },
  'POST /api/ops/retry': { sessionId: 'stuck', step: 'env_write' },
  'POST /api/pool/target': { target: 2 },
  'POST /api/pool/drain': { reason: 'new template' },
};

let running: TestServer;
let own: FakeSession;
let foreign: FakeSession;
let deleted: FakeSession;

beforeAll(async () => {
  running = await startTestServer({
    env: { POOL_ADMIN_TOKEN: 'the-keeper-of-the-pool', MK0R_RATE_LIMITS: 'off' },
  });
  own = running.app.addSession('ada');
  foreign = running.app.addSession('bob');
  deleted = running.app.addSession('ada');
  running.app.forget(deleted.sessionId);
});
afterAll(() => running.close());

const signedIn = async (): Promise<string> => {
  const response = await running.server.inject({
    method: 'POST',
    url: '/api/operator/session',
    payload: BODIES['POST /api/operator/session'] ?? {},
  });
  return String(response.headers['set-cookie']).split(';', 1)[0] ?? '';
};

const signedOut = async (): Promise<string> => {
  const cookie = await signedIn();
  const headers = { cookie, origin: running.site().origin };
  await running.server.inject({ method: 'DELETE', url: '/api/operator/session', headers });
  return cookie;
};

const headersOf = async (caller: Caller): Promise<Record<string, string>> => {
  switch (caller) {
    case 'owner':
      return as('ada', own.sessionKey);
    case 'other visitor':
      // With the right key, even: it is the owner's, not theirs.
      return as('bob', own.sessionKey);
    case 'nobody':
      return { cookie: `mk0r_session_key=${own.sessionKey}` };
    case 'bad token':
      return { ...as('ada', own.sessionKey), authorization: 'Bearer forged' };
    case "owner with another's key":
      return as('ada', foreign.sessionKey);
    case 'owner without key':
      return as('ada');
    case 'owner of a deleted session':
      return as('ada', deleted.sessionKey);
    case 'operator':
      return { authorization: `Bearer ${ADMIN_TOKEN.replaceAll(' ', '-')}`, 'x-session-key': own.sessionKey };
    case 'operator signed in':
      return { cookie: await signedIn(), origin: running.site().origin };
    case "operator's cookie from elsewhere":
      // A preview is of the same site as the page where both have names of their own: `SameSite` lets it through.
      return { cookie: await signedIn(), origin: running.site().previewUrl.replace('{slug}', own.slug) };
    case 'operator signed out':
      return { cookie: await signedOut(), origin: running.site().origin };
    default:
      return caller satisfies never;
  }
};

const call = async (route: string, caller: Caller): Promise<{ answer: string; status: number }> => {
  const [method = '', url = ''] = route.split(' ');
  const id = (caller === 'owner of a deleted session' ? deleted : own).sessionId;
  const path = url
    .replace(':id', id)
    .replace(':turnId', 'turn-1')
    .replace(':pictureId', 'a'.repeat(32))
    .replace(':sha', 'a'.repeat(40))
    .replace(':table', 'habits')
    .replace(':revision', '0')
    .replace(':service', 'neon')
    .replace(':name', url.includes('/env/') ? 'DATABASE_URL' : 'session_view')
    .replace('*', 'src/app.tsx')
    .replace(/search$/, 'search?q=habits');
  const response = await running.server.inject({
    method: method as 'GET',
    url: path,
    headers: await headersOf(caller),
    ...(method === 'POST' || BODIES[route] !== undefined ? { payload: BODIES[route] ?? {} } : {}),
  });
  const answer = response.statusCode < 400 ? 'ok' : response.json().code;
  return { answer, status: response.statusCode };
};

describe('the route table', () => {
  test('holds exactly the routes the server has, each with the access it has', () => {
    const declared = running.routes
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, url, access }) => `${access} ${method} ${url}`);
    expect(declared.sort()).toEqual(ROWS.map(({ access, route }) => `${access} ${route}`).sort());
  });
});

describe.each(ROWS)('$route', ({ route, access }) => {
  test.each(CALLERS)('answers %s', async (caller) => {
    const carriedOut = running.app.carriedOut.length;
    const { answer } = await call(route, caller);
    const expected = EXPECTED[access][caller];
    const asked = route.startsWith('GET ') ? 'ok' : 'origin_refused';
    expect(answer).toBe(expected === 'ok to look' ? asked : expected);
    if (answer !== 'ok') expect(running.app.carriedOut.length).toBe(carriedOut);
  });
});

describe('a session that is somebody else’s', () => {
  test('looks like one that never was', async () => {
    const ask = async (id: string) =>
      (
        await running.server.inject({ url: `/api/sessions/${id}`, headers: as('ada', own.sessionKey) })
      ).json();
    const { instance: _a, ...theirs } = await ask(foreign.sessionId);
    const { instance: _b, ...nobodys } = await ask('never-was');
    expect(theirs).toEqual(nobodys);
  });

  test('is refused before the request is even read', async () => {
    const response = await running.server.inject({
      method: 'POST',
      url: `/api/sessions/${foreign.sessionId}/turns`,
      headers: { ...as('ada', own.sessionKey), 'content-type': 'application/json' },
      payload: '{"broken',
    });
    expect(response.json().code).toBe('session_not_found');
  });
});
