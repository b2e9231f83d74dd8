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
] as const;
type Caller = (typeof CALLERS)[number];
type Answer = 'ok' | 'token_missing' | 'token_refused' | 'session_not_found' | 'session_key_wrong';

const all = (answer: Answer): Record<Caller, Answer> => ({
  owner: answer,
  'other visitor': answer,
  nobody: answer,
  'bad token': answer,
  "owner with another's key": answer,
  'owner without key': answer,
  'owner of a deleted session': answer,
  operator: answer,
});
const OPERATOR_ONLY: Record<Caller, Answer> = {
  ...all('token_refused'),
  nobody: 'token_missing',
  operator: 'ok',
};
const VISITORS: Record<Caller, Answer> = {
  ...all('ok'),
  nobody: 'token_missing',
  'bad token': 'token_refused',
  operator: 'token_refused',
};
const EXPECTED: Record<Access, Record<Caller, Answer>> = {
  public: all('ok'),
  visitor: VISITORS,
  session: {
    ...VISITORS,
    'other visitor': 'session_not_found',
    "owner with another's key": 'session_key_wrong',
    'owner without key': 'session_key_wrong',
    'owner of a deleted session': 'session_not_found',
  },
  operator: OPERATOR_ONLY,
  // With POOL_ADMIN_TOKEN set, as here; it is not the operator's.
  pool: { ...OPERATOR_ONLY, operator: 'token_refused' },
  metrics: OPERATOR_ONLY,
};

/** The route table as it is meant to be. A route that is not here, or is here with another access, fails. */
const TABLE: Readonly<Record<Access, readonly string[]>> = {
  public: ['GET /api/config', 'GET /api/warm', 'GET /healthz', 'GET /readyz'],
  visitor: ['POST /api/sessions', 'GET /api/sessions', 'POST /api/live/ticket'],
  session: [
    'GET /api/sessions/:id',
    'DELETE /api/sessions/:id',
    'GET /api/sessions/:id/transcript',
    'POST /api/sessions/:id/turns',
    'POST /api/sessions/:id/turns/:turnId/cancel',
    'GET /api/sessions/:id/history',
    'POST /api/sessions/:id/history',
    'GET /api/sessions/:id/events',
    'GET /api/sessions/:id/events.ndjson',
    'GET /api/sessions/:id/events/verify',
    'GET /api/sessions/:id/files',
    'GET /api/sessions/:id/files/*',
    'GET /api/sessions/:id/diff/:sha',
    'GET /api/sessions/:id/clone',
    'GET /api/sessions/:id/database',
    'GET /api/sessions/:id/database/:table',
    'GET /api/sessions/:id/mail',
    'GET /api/sessions/:id/analytics',
    'GET /api/sessions/:id/env',
    'POST /api/sessions/:id/services/:service/retry',
    'POST /api/sessions/:id/wake',
  ],
  operator: [
    'GET /api/pool',
    'POST /api/pool/target',
    'POST /api/pool/drain',
    'GET /api/orphans',
    'POST /api/orphans/release',
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
  'POST /api/sessions/:id/turns': { prompt: 'Add a streak.' },
  'POST /api/sessions/:id/history': { to: 'undo', data: 'keep' },
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

const headersOf = (caller: Caller): Record<string, string> => {
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
    .replace(':sha', 'a'.repeat(40))
    .replace(':table', 'habits')
    .replace(':service', 'neon')
    .replace(':name', 'session_view')
    .replace('*', 'src/app.tsx');
  const response = await running.server.inject({
    method: method as 'GET',
    url: path,
    headers: headersOf(caller),
    ...(method === 'POST' ? { payload: BODIES[route] ?? {} } : {}),
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
    expect(answer).toBe(EXPECTED[access][caller]);
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
