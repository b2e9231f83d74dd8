import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../domain/session/events.ts';
import { evolve } from '../../domain/session/evolve.ts';
import { noSession, type SessionState } from '../../domain/session/state.ts';
import {
  claimed,
  closeRequested,
  later,
  parked,
  planned,
  ready,
  slept,
} from '../../domain/testing/histories.ts';
import type { AuditSessionsQuery } from '../application/histories.ts';
import { listSessions } from './audit-sessions.ts';

const state = (sessionId: string, minute: number, ...events: readonly SessionEvent[]): SessionState =>
  events.reduce((before, event) => evolve(before, event, later(minute * 60_000)), {
    ...noSession,
    sessionId,
  });
const of = (sessionId: string) => ({ sessionId, slug: sessionId.slice(0, 12) });

const SESSIONS = [
  state('first', 1, ...ready(of('first')), claimed('ann')),
  state('second', 2, ...ready(of('second')), claimed('bob'), slept),
  state('third', 3, planned(of('third')), parked('neon')),
  state('fourth', 4, ...ready(of('fourth')), closeRequested),
  { ...noSession, status: 'forgotten' as const, sessionId: 'fifth-is-forgotten' },
];

const list = (query: Partial<AuditSessionsQuery> = {}, serves = true) =>
  listSessions(
    { limit: 10, ...query },
    {
      directory: { sessions: () => SESSIONS },
      views: {
        list: {
          serves: () => serves,
          get: async () => ({
            owners: ['cy'],
            item: { createdAt: later(0), lastActivityAt: later(1) },
          }),
        } as never,
      },
      head: () => 7,
    },
  );
const ids = async (query: Partial<AuditSessionsQuery> = {}) =>
  (await list(query)).sessions.map(({ sessionId }) => sessionId);

describe('the sessions an operator looks through', () => {
  test('are listed by when they were used last, those that were forgotten at the end', async () => {
    expect(
      (await list()).sessions.map(({ sessionId, state: where, parked: many }) => [sessionId, where, many]),
    ).toEqual([
      ['fourth', 'closing', 0],
      ['third', 'booting', 1],
      ['second', 'asleep', 0],
      ['first', 'awake', 0],
      ['fifth-is-forgotten', 'forgotten', 0],
    ]);
  });

  test('are found by part of an id, a slug or a uid', async () => {
    expect(await ids({ text: 'IRS' })).toEqual(['first']);
    expect(await ids({ text: 'bob' })).toEqual(['second']);
    expect(await ids({ text: 'nobody' })).toEqual([]);
  });

  test('are found by state', async () => {
    expect(await ids({ states: new Set(['asleep', 'booting']) })).toEqual(['third', 'second']);
  });

  test.each([1, 2, 3, 10])('come without a gap in pages of %i', async (limit) => {
    const seen: string[] = [];
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page: Awaited<ReturnType<typeof list>> = await list({
        limit,
        ...(after === '' ? {} : { after }),
      });
      expect(page.total).toBe(5);
      seen.push(...page.sessions.map(({ sessionId }) => sessionId));
      after = page.next;
    }
    expect(seen).toEqual(await ids());
  });

  test('that were forgotten still say when they were', async () => {
    expect((await list()).sessions.at(-1)).toMatchObject({
      owner: 'cy',
      plannedAt: later(0),
      lastActivityAt: later(1),
    });
  });

  test('are listed while the views are made, but for when the forgotten ones were', async () => {
    const { sessions, total } = await list({}, false);
    expect(total).toBe(5);
    expect(sessions.at(-1)).toMatchObject({ sessionId: 'fifth-is-forgotten', plannedAt: '' });
  });
});
