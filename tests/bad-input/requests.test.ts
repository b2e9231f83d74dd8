import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreatedSession } from '../../api/application/command.ts';
import { type HttpVisitor, newHttpVisitor } from '../support/http-visitor.ts';
import { startServer, type TestServer } from '../support/server.ts';

const START_LIMIT_MS = 180_000;

let server: TestServer;
let visitor: HttpVisitor;
let session: CreatedSession;
beforeAll(async () => {
  server = await startServer({ VM_POOL_TARGET_SIZE: '0' });
  visitor = await newHttpVisitor(() => server.url);
  session = await visitor.startSession();
}, START_LIMIT_MS);
afterAll(() => server?.close());

const sessions = async (): Promise<readonly string[]> => {
  const { body } = await visitor.request('GET', '/api/sessions');
  const listed = body as { readonly sessions: readonly { readonly sessionId: string }[] };
  return listed.sessions.map(({ sessionId }) => sessionId);
};

const instanceless = (body: unknown): unknown => ({ ...(body as object), instance: undefined });

describe.each([
  { what: 'a prompt of nothing', prompt: '', code: 'prompt_empty', says: /write|say|describe/i },
  { what: 'a prompt of blanks', prompt: ' \n\t ', code: 'prompt_empty', says: /write|say|describe/i },
  { what: 'a prompt that is too long', prompt: 'a'.repeat(8_001), code: 'prompt_too_long', says: /8.?000/ },
])('$what', ({ prompt, code, says }) => {
  test('starts no session, and the answer says what to do', async () => {
    const before = await sessions();
    const answer = await visitor.request('POST', '/api/sessions', { prompt });
    expect(answer).toMatchObject({ status: 422, body: { code, detail: expect.stringMatching(says) } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await sessions()).toEqual(before);
  });

  test('is no turn of a session that is there', async () => {
    const path = `/api/sessions/${session.sessionId}/turns`;
    const answer = await visitor.request('POST', path, { prompt });
    expect(answer).toMatchObject({ status: 422, body: { code, detail: expect.stringMatching(says) } });
    expect(await visitor.turns(session.sessionId)).toEqual([]);
  });
});

test('a prompt of exactly the limit is taken', async () => {
  const path = `/api/sessions/${session.sessionId}/turns`;
  const answer = await visitor.request('POST', path, { prompt: 'a'.repeat(8_000) });
  expect(answer.status).toBe(202);
});

test.each(['{"prompt": "x"', 'prompt=x', '', '{"prompt":"x","__proto__":{}}'])(
  'malformed JSON is answered as such, and starts nothing: %j',
  async (bytes) => {
    const before = await sessions();
    const answer = await visitor.send('POST', '/api/sessions', bytes);
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed_json' } });
    expect(await sessions()).toEqual(before);
  },
);

test('a session that is not there and one of somebody else look exactly the same', async () => {
  const stranger = await newHttpVisitor(() => server.url);
  const routes = ['', '/transcript', '/events', '/env', '/files', '/database', '/clone'];
  for (const route of routes) {
    const foreign = await stranger.request('GET', `/api/sessions/${session.sessionId}${route}`);
    const unknown = await stranger.request('GET', `/api/sessions/a234567890123456789b${route}`);
    expect(foreign, route).toMatchObject({ status: 404, body: { code: 'session_not_found' } });
    expect(instanceless(foreign.body), route).toEqual(instanceless(unknown.body));
  }
  // Knowing the key of a session does not make somebody its owner.
  const thief = stranger.withKey(session.sessionKey);
  expect(await thief.request('GET', `/api/sessions/${session.sessionId}`)).toMatchObject({ status: 404 });
});

test('a quick page has no repository to clone, and says what to do instead', async () => {
  const other = await newHttpVisitor(() => server.url);
  const { body } = await other.request('POST', '/api/sessions', { prompt: 'A list of birds', mode: 'quick' });
  const { sessionId, sessionKey } = body as { sessionId: string; sessionKey: string };
  expect(await other.withKey(sessionKey).request('GET', `/api/sessions/${sessionId}/clone`)).toMatchObject({
    status: 404,
    body: { code: 'not_found', detail: 'This session has no repository. Its code can be downloaded.' },
  });
});

test.each([
  { what: 'no key', key: undefined },
  { what: 'another key', key: 'A'.repeat(43) },
  { what: 'something that is no key', key: 'nonsense' },
])("with $what one's own session answers 401", async ({ key }) => {
  const elsewhere = visitor.withKey(key);
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['POST', '/turns', { prompt: 'change it' }],
    ['DELETE', '', undefined],
  ] as const) {
    const answer = await elsewhere.request(method, `/api/sessions/${session.sessionId}${path}`, body);
    expect(answer, path).toMatchObject({ status: 401, body: { code: 'session_key_wrong' } });
  }
});
