import * as TE from 'fp-ts/lib/TaskEither.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FakeSession } from '../testing/fake-application.ts';
import { ADMIN_TOKEN, as, startTestServer, type TestServer } from '../testing/start.ts';

const OPERATOR = { authorization: `Bearer ${ADMIN_TOKEN.replaceAll(' ', '-')}` };
let running: TestServer;
let session: FakeSession;

beforeEach(async () => {
  running = await startTestServer();
  session = running.app.addSession('ada');
  running.app.append(session.sessionId, 'TurnSubmitted', { turnId: 't', prompt: 'My secret plan' });
  running.app.append(session.sessionId, 'StepStarted', { step: 'neon', attempt: 1 });
  for (let i = 0; i < 1_200; i += 1) running.app.append(session.sessionId, 'AgentSaid', { text: 'word' });
});
afterEach(() => running.close());

const owner = (query: string) =>
  running.server.inject({
    url: `/api/sessions/${session.sessionId}${query}`,
    headers: as('ada', session.sessionKey),
  });
const operator = (query: string) =>
  running.server.inject({ url: `/api/audit/sessions/${session.sessionId}${query}`, headers: OPERATOR });
const positions = (response: Awaited<ReturnType<typeof owner>>): readonly number[] =>
  response.json().events.map(({ pos }: { pos: number }) => pos);

describe('the rows of a history', () => {
  test('are filtered by as many types as are asked for', async () => {
    expect(positions(await owner('/events?type=StepStarted'))).toEqual([1]);
    expect(positions(await owner('/events?type=StepStarted&type=TurnSubmitted'))).toEqual([0, 1]);
  });

  test('are filtered by moments written in any zone, or as a day', async () => {
    expect(positions(await owner('/events?limit=1&since=2026-11-20T11:00:00%2B01:00'))).toEqual([0]);
    expect(positions(await owner('/events?limit=1&since=2026-11-20'))).toEqual([0]);
    expect(positions(await owner('/events?limit=1&until=2026-11-20T09:59:59.999Z'))).toEqual([]);
  });

  test.each([
    'limit=0',
    'limit=1001',
    'from=-1',
    'before=x',
    'since=yesterday',
    'since=2026-13-45T10:00:00Z',
    'step=make_coffee',
    `q=${'x'.repeat(201)}`,
    `${'type=A&'.repeat(61)}`,
    'colour=red',
  ])('are not asked for with %s', async (query) => {
    const response = await owner(`/events?${query}`);
    expect([response.statusCode, response.json().code]).toEqual([400, 'invalid_request']);
  });

  test('are shown to an operator without what was said', async () => {
    const response = await operator('/events?limit=1');
    expect(response.json().events).toMatchObject([
      { data: { prompt: '[personal]' }, summary: 'Asked: [personal]' },
    ]);
    expect((await owner('/events?limit=1')).payload).toContain('My secret plan');
  });
});

describe('an export', () => {
  const linesOf = (payload: string) => payload.split('\n').filter((line) => line !== '');

  test('has every event, one a line, over as many pages as it takes', async () => {
    const response = await owner('/events.ndjson');
    expect(response.headers['content-type']).toContain('application/x-ndjson');
    const lines = linesOf(response.payload);
    expect(lines.map((line) => JSON.parse(line).pos)).toEqual(Array.from({ length: 1_202 }, (_, pos) => pos));
  });

  test('has what matches', async () => {
    expect(linesOf((await owner('/events.ndjson?step=neon')).payload)).toHaveLength(0);
    expect(linesOf((await owner('/events.ndjson?type=StepStarted')).payload)).toHaveLength(1);
  });

  test('breaks off where a page of it cannot be read, and does not end as if it were whole', async () => {
    const { audit } = running.app;
    const { page } = audit;
    Object.assign(audit, {
      page: (...args: Parameters<typeof page>) =>
        args[1].from === 0
          ? page(...args)
          : TE.left({ tag: 'Unavailable', code: 'store_unavailable', message: 'The log is away.' }),
    });
    const port = await running.listen();
    const response = await fetch(`http://127.0.0.1:${port}/api/sessions/${session.sessionId}/events.ndjson`, {
      headers: as('ada', session.sessionKey),
    });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('of an operator holds no words', async () => {
    const { payload } = await operator('/events.ndjson');
    expect(payload).not.toContain('My secret plan');
    expect(linesOf(payload)).toHaveLength(1_202);
  });
});

test('a chain is asked for by revision', async () => {
  expect((await owner('/events/1/chain')).json()).toMatchObject({ event: { pos: 1 }, truncated: false });
  expect((await owner('/events/one/chain')).statusCode).toBe(400);
});

describe('the list of sessions', () => {
  const list = (query: string) =>
    running.server.inject({ url: `/api/audit/sessions${query}`, headers: OPERATOR });

  test('is for operators, by state and by name', async () => {
    const response = await list('?state=awake&state=asleep&query=abc&limit=10');
    expect(response.json()).toMatchObject({ total: 1, sessions: [{ state: 'awake', owner: 'ada' }] });
  });

  test('does not take states there are not', async () => {
    expect((await list('?state=exploded')).statusCode).toBe(400);
  });
});
