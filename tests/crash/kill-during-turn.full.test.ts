import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionEvent } from '../../domain/session/events.ts';
import type { TranscriptTurn } from '../../projections/transcript-views.ts';
import { type HttpVisitor, newHttpVisitor, until } from '../support/http-visitor.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { openLogFile, untilLogged } from './log-file.ts';

const LIMIT_MS = 300_000;
const HABITS =
  'Build me a habit tracker. The streaks should survive a page refresh, even if I close the browser.';

let server: TestServer;
let visitor: HttpVisitor;
beforeAll(async () => {
  server = await startServer({ VM_POOL_TARGET_SIZE: '0' });
  visitor = await newHttpVisitor(() => server.url);
}, LIMIT_MS);
afterAll(() => server?.close());

const hasEnded = ([turn]: readonly TranscriptTurn[]): boolean =>
  turn !== undefined && ['finished', 'failed', 'cancelled'].includes(turn.status);

const eventsOf = (sessionId: string): readonly SessionEvent[] => {
  const log = openLogFile(server.dataDir);
  try {
    return log.eventsOf(sessionId);
  } finally {
    log.close();
  }
};

/** Kills the server once the agent of a new session has done something for its prompt, and starts it again. */
const killMidTurn = async (sessionId: string, done: SessionEvent['type']): Promise<void> => {
  await untilLogged(server.dataDir, sessionId, ({ type }) => type === done);
  await server.end('SIGKILL');
  await server.start();
};

test(
  'a turn cut off by a kill is given to the agent once more, and the conversation holds nothing twice',
  async () => {
    const { sessionId } = await visitor.startSession(HABITS);
    await killMidTurn(sessionId, 'ToolReturned');
    const turns = await until(() => visitor.turns(sessionId), hasEnded);

    const events = eventsOf(sessionId);
    const attempts = events.flatMap((event, revision) => (event.type === 'TurnStarted' ? [revision] : []));
    expect(attempts).toHaveLength(2);
    expect(turns).toMatchObject([
      { prompt: HABITS, status: 'finished', commit: { sha: expect.any(String) } },
    ]);
    expect(events.filter(({ type }) => type === 'TurnCommitted')).toHaveLength(1);

    const items = turns[0]?.items ?? [];
    expect(items.length).toBeGreaterThan(0);
    for (const { revision } of items) expect(revision).toBeGreaterThan(attempts[1] ?? Infinity);
    const calls = items.flatMap((item) => (item.kind === 'tool' ? [item.toolCallId] : []));
    expect(new Set(calls).size).toBe(calls.length);
    const said = items.flatMap((item) => (item.kind === 'message' ? [item.text] : []));
    expect(new Set(said).size).toBe(said.length);

    const { body } = await visitor.request('GET', `/api/sessions/${sessionId}/events/verify`);
    expect(body).toEqual({ events: events.length });
    const { body: backend } = await visitor.request('GET', `/api/sessions/${sessionId}/database`);
    expect(backend).toMatchObject({
      tables: expect.arrayContaining([expect.objectContaining({ name: 'habits' })]),
    });
  },
  LIMIT_MS,
);

test(
  'a turn that was cut off twice is handed back to the visitor, who can go on',
  async () => {
    const { sessionId } = await visitor.startSession(HABITS);
    await killMidTurn(sessionId, 'TurnStarted');
    const again = ({ type }: SessionEvent): boolean => type === 'TurnStarted';
    await until(
      async () => eventsOf(sessionId).filter(again).length,
      (attempts) => attempts === 2,
      5,
    );
    await server.end('SIGKILL');
    await server.start();

    const [turn] = await until(() => visitor.turns(sessionId), hasEnded);
    expect(turn).toMatchObject({
      status: 'failed',
      error: { code: 'interrupted', message: expect.stringMatching(/send the message again/i) },
    });
    const path = `/api/sessions/${sessionId}/turns`;
    expect((await visitor.request('POST', path, { prompt: HABITS })).status).toBe(202);
    const [, next] = await until(
      () => visitor.turns(sessionId),
      ([, second]) => second !== undefined && hasEnded([second]),
    );
    expect(next).toMatchObject({ status: 'finished', commit: { sha: expect.any(String) } });
  },
  LIMIT_MS,
);
