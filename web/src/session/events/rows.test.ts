import { describe, expect, it } from 'vitest';
import type { AuditEvent, AuditPage } from '../../../../projections/views.ts';
import { createRows, type EventRows } from './rows.ts';
import type { Place } from './source.ts';

const event = (pos: number): AuditEvent => ({
  pos,
  id: `id-${pos}`,
  type: pos % 10 === 0 ? 'TurnSubmitted' : 'AgentSaid',
  data: {},
  at: '2026-01-05T09:00:00.000Z',
  actor: 'process-manager:turns',
  causationId: 'c',
  correlationId: 'c',
  schema: 1,
  seal: 's',
  summary: '',
});

/** A log of `length` events, of which `fits` says what a filter lets through; pages look at 200 events at most. */
const log = (length: number, fits = (_pos: number) => true) => {
  const state = { length, asked: [] as Place[], refuse: false };
  const read = async (place: Place, limit: number): Promise<AuditPage> => {
    state.asked.push(place);
    if (state.refuse) throw new Error('away');
    const all = Array.from({ length: state.length }, (_, pos) => pos);
    const looked =
      'from' in place
        ? all.slice(place.from, place.from + limit)
        : all.slice(Math.max(0, Math.min(place.before, state.length) - limit), place.before);
    const [first, last] = [looked[0] ?? 0, looked.at(-1) ?? state.length - 1];
    return {
      events: looked.filter(fits).map(event),
      head: state.length - 1,
      ...(last + 1 < state.length ? { next: last + 1 } : {}),
      ...(first > 0 ? { previous: first } : {}),
    };
  };
  return { state, read };
};

const settled = async (rows: EventRows): Promise<readonly number[]> => {
  while (rows.get().state === 'loading') await new Promise((resolve) => setImmediate(resolve));
  return rows.get().events.map(({ pos }) => pos);
};
const opened = async (read: ReturnType<typeof log>['read'], around?: number): Promise<EventRows> => {
  const rows = createRows(read, around);
  rows.open();
  await settled(rows);
  return rows;
};

describe('the rows of a log', () => {
  it('begin at its end, and go on to the first event a page at a time', async () => {
    const { read } = log(450);
    const rows = await opened(read);
    expect(rows.get().events.map(({ pos }) => pos)).toEqual(Array.from({ length: 200 }, (_, i) => 250 + i));
    rows.older();
    await settled(rows);
    rows.older();
    const all = await settled(rows);
    expect(all).toEqual(Array.from({ length: 450 }, (_, pos) => pos));
    expect(rows.get().older).toBeUndefined();
  });

  it('begin around an event, and go on in both directions', async () => {
    const { read } = log(1_000);
    const rows = await opened(read, 500);
    expect([rows.get().events[0]?.pos, rows.get().events.at(-1)?.pos]).toEqual([300, 699]);
    rows.newer();
    await settled(rows);
    expect(rows.get().events.at(-1)?.pos).toBe(899);
    expect(rows.get().newer).toBe(900);
  });

  it('begin with the first event where that is asked for', async () => {
    const { read } = log(450);
    const rows = await opened(read, 0);
    expect([rows.get().events[0]?.pos, rows.get().older]).toEqual([0, undefined]);
  });

  it('go on through pages that hold nothing that fits', async () => {
    const { read, state } = log(1_000, (pos) => pos === 3);
    const rows = await opened(read);
    expect(rows.get().events.map(({ pos }) => pos)).toEqual([3]);
    expect(state.asked).toHaveLength(5);
  });

  it('grow by what is appended, each event once', async () => {
    const { read, state } = log(10);
    const rows = await opened(read);
    rows.newer();
    await settled(rows);
    state.length = 12;
    rows.newer();
    expect(await settled(rows)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(rows.get()).toMatchObject({ head: 11, newer: 12 });
  });

  it('know of events that were announced while a page was on its way', async () => {
    const { read } = log(10);
    const rows = createRows(read);
    rows.open();
    rows.announce(11);
    await settled(rows);
    expect(rows.get()).toMatchObject({ head: 11, newer: 10 });
  });

  it('stay when the server is away, and go on from there once it is back', async () => {
    const { read, state } = log(450);
    const rows = await opened(read);
    state.refuse = true;
    rows.older();
    await settled(rows);
    expect(rows.get()).toMatchObject({ state: 'failed', older: 250 });
    rows.older();
    expect(rows.get().state).toBe('failed');
    state.refuse = false;
    rows.retry();
    await settled(rows);
    expect(rows.get()).toMatchObject({ state: 'idle', older: 50 });
  });

  it('do not change any more once closed', async () => {
    const { read } = log(10);
    const rows = createRows(read);
    rows.open();
    rows.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(rows.get().events).toEqual([]);
  });
});
