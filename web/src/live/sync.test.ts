import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEED } from '../../../domain/testing/reach.ts';
import type { ClientFrame, PublicEvent, ServerFrame } from '../../../projections/live.ts';
import { foldSession } from './fold.ts';
import { begin, disconnect, receive, type Sync, type Views } from './sync.ts';

const SESSION = 's1';
const EPOCH = 'e1';

const event = (pos: number, type: string, data: unknown): PublicEvent => ({
  pos,
  id: `id-${pos}`,
  type,
  data,
  at: '2026-01-01T00:00:00.000Z',
  actor: 'operator',
  causationId: 'c',
});

const planned = event(0, 'SessionPlanned', {
  sessionId: SESSION,
  slug: 'abcdefghijkl',
  specHash: 's',
  purpose: 'visitor',
  residentialIp: false,
  model: 'haiku',
});

/** A log in which every event leaves a trace, so that one missed, doubled or swapped shows. */
const logOf = (length: number): readonly PublicEvent[] => [
  planned,
  event(1, 'TurnSubmitted', { turnId: 't', prompt: 'p' }),
  event(2, 'TurnStarted', { turnId: 't', attemptId: 'a', attempt: 1, deadline: '', runner: 'r' }),
  ...Array.from({ length }, (_, index) =>
    event(index + 3, 'AgentSaid', { turnId: 't', attemptId: 'a', kind: 'message', text: `line ${index}` }),
  ),
];

const folded = (events: readonly PublicEvent[]): Views => {
  const views = events.reduce<Views | undefined>(foldSession, undefined);
  if (views === undefined) throw new Error('the log has no plan');
  return views;
};

const reset = (log: readonly PublicEvent[], epoch = EPOCH): ServerFrame => ({
  type: 'reset',
  session: SESSION,
  epoch,
  pos: log.length - 1,
  reason: 'first',
  ...folded(log),
});

const told = (sync: Sync, ...frames: readonly ServerFrame[]): Sync =>
  frames.reduce((known, frame) => receive(foldSession, known, frame).sync, sync);

const liveAt = (log: readonly PublicEvent[]): Sync => told(begin(SESSION), reset(log));

describe('a page that follows a session', () => {
  const log = logOf(5);

  it('asks for everything first, and from its position later', () => {
    const welcome: ServerFrame = { type: 'welcome', epoch: EPOCH, heartbeatMs: 1000 };
    expect(receive(foldSession, begin(SESSION), welcome).send).toEqual([{ type: 'sub', session: SESSION }]);
    const away = disconnect(liveAt(log));
    expect(receive(foldSession, away, welcome).send).toEqual([
      { type: 'sub', session: SESSION, epoch: EPOCH, from: log.length - 1 },
    ]);
  });

  it('applies the next event, drops a known one, and asks about a gap once', () => {
    const sync = liveAt(log.slice(0, 4));
    const frame = (pos: number): ServerFrame => ({
      type: 'event',
      session: SESSION,
      prev: pos - 1,
      event: log[pos] ?? planned,
    });
    expect(told(sync, frame(4)).pos).toBe(4);
    expect(told(sync, frame(2))).toEqual(sync);
    const gap = receive(foldSession, sync, frame(6));
    expect(gap.send).toEqual([{ type: 'sub', session: SESSION, epoch: EPOCH, from: 3 }]);
    expect(receive(foldSession, gap.sync, frame(7)).send).toEqual([]);
  });

  it('asks again when an answer ends before an event that was seen meanwhile', () => {
    const asking = { ...liveAt(log.slice(0, 4)), phase: 'asking' as const };
    const skipped = told(asking, { type: 'event', session: SESSION, prev: 5, event: log[6] ?? planned });
    const step = receive(foldSession, skipped, { type: 'caughtUp', session: SESSION, pos: 3 });
    expect(step.send).toHaveLength(1);
  });

  it('finds a silent loss by the next heartbeat', () => {
    const sync = liveAt(log.slice(0, 4));
    expect(receive(foldSession, sync, { type: 'heartbeat', heads: { [SESSION]: 3 } }).send).toEqual([]);
    expect(receive(foldSession, sync, { type: 'heartbeat', heads: { [SESSION]: 7 } }).send).toHaveLength(1);
  });

  it('starts over when the server does', () => {
    const restarted = told(liveAt(log), reset(log.slice(0, 3), 'e2'));
    expect(restarted).toMatchObject({ epoch: 'e2', pos: 2, phase: 'live' });
    expect(restarted.views).toEqual(folded(log.slice(0, 3)));
  });

  it('ignores frames of other sessions', () => {
    const sync = liveAt(log);
    expect(told(sync, { type: 'caughtUp', session: 'other', pos: 99 })).toBe(sync);
  });

  it('knows a session that is not there', () => {
    const frame: ServerFrame = { type: 'error', code: 'session_not_found', message: '', session: SESSION };
    const gone = told(begin(SESSION), frame);
    expect(gone.phase).toBe('gone');
    expect(disconnect(gone).phase).toBe('gone');
  });
});

describe('text on its way', () => {
  const volatile = (text: string): ServerFrame => ({
    type: 'volatile',
    session: SESSION,
    turnId: 't',
    attemptId: 'a',
    kind: 'message',
    text,
  });
  const log = logOf(1);

  it('shows until the durable event takes its place', () => {
    const streaming = told(liveAt(log.slice(0, 3)), volatile('line'));
    expect(streaming.drafts.t?.text).toBe('line');
    const said = told(streaming, { type: 'event', session: SESSION, prev: 2, event: log[3] ?? planned });
    expect(said.drafts).toEqual({});
  });

  it('does not come back when it arrives after the durable event', () => {
    expect(told(liveAt(log), volatile('line')).drafts).toEqual({});
    expect(told(liveAt(log), volatile('another paragraph')).drafts.t?.text).toBe('another paragraph');
  });

  it('goes away with the connection', () => {
    expect(disconnect(told(liveAt(log.slice(0, 3)), volatile('line'))).drafts).toEqual({});
  });
});

/** What may happen between a page and a server that keeps its word: answers are whole, live frames may get lost. */
type Happening =
  | { readonly kind: 'append'; readonly count: number }
  | { readonly kind: 'lose' | 'double' | 'late' | 'volatile' | 'beat' | 'cut' | 'forget' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('lose', 'double', 'late', 'volatile', 'beat') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('cut', 'forget') }) },
);

const play = (
  happenings: readonly Happening[],
): { readonly sync: Sync; readonly log: readonly PublicEvent[] } => {
  const all = logOf(happenings.length * 4 + 10);
  let head = 2;
  let epoch = EPOCH;
  let sync = begin(SESSION);
  const waiting: ClientFrame[] = [];

  const hear = (frame: ServerFrame): void => {
    const step = receive(foldSession, sync, frame);
    sync = step.sync;
    waiting.push(...step.send);
  };
  const liveFrame = (pos: number): ServerFrame => ({
    type: 'event',
    session: SESSION,
    prev: pos - 1,
    event: all[pos] ?? planned,
  });
  const answer = (): void => {
    for (const frame of waiting.splice(0)) {
      if (frame.type !== 'sub') continue;
      if (frame.from === undefined || frame.epoch !== epoch) {
        hear(reset(all.slice(0, head + 1), epoch));
        continue;
      }
      const missing = all.slice(frame.from + 1, head + 1);
      const half = Math.floor(missing.length / 2);
      hear({ type: 'events', session: SESSION, events: missing.slice(0, half) });
      hear({ type: 'events', session: SESSION, events: missing.slice(half) });
      hear({ type: 'caughtUp', session: SESSION, pos: head });
    }
  };
  const connect = (): void => {
    waiting.length = 0;
    sync = disconnect(sync);
    hear({ type: 'welcome', epoch, heartbeatMs: 1000 });
  };

  connect();
  for (const now of happenings) {
    if (now.kind === 'append') for (let n = 0; n < now.count; n += 1) hear(liveFrame(++head));
    if (now.kind === 'lose') head += 1;
    if (now.kind === 'double') hear(liveFrame(head));
    if (now.kind === 'late') answer();
    if (now.kind === 'volatile') {
      hear({
        type: 'volatile',
        session: SESSION,
        turnId: 't',
        attemptId: 'a',
        kind: 'message',
        text: 'half a',
      });
    }
    if (now.kind === 'beat') hear({ type: 'heartbeat', heads: { [SESSION]: head } });
    if (now.kind === 'forget') epoch = `${epoch}'`;
    if (now.kind === 'cut' || now.kind === 'forget') connect();
  }
  answer();
  answer();
  hear({ type: 'heartbeat', heads: { [SESSION]: head } });
  answer();
  return { sync, log: all.slice(0, head + 1) };
};

describe('any schedule of losses, doubles, cuts and restarts', () => {
  it('ends with what the server has, in order, nothing twice', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
        const { sync, log } = play(happenings);
        expect(sync.pos).toBe(log.length - 1);
        expect(sync.phase).toBe('live');
        expect(sync.views).toEqual(folded(log));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe('a log that is away', () => {
  const at = (sync: Sync, ...frames: readonly ServerFrame[]): Sync =>
    frames.reduce((known, frame) => receive(foldSession, known, frame).sync, sync);

  it('is known to the page, which keeps what it has, until the server says that it is back', () => {
    const before = at(begin(SESSION), { type: 'welcome', epoch: EPOCH, heartbeatMs: 1 });
    const away = at(before, { type: 'log', state: 'away' });
    expect(away).toEqual({ ...before, log: 'away' });
    expect(at(away, { type: 'log', state: 'up' })).toEqual(before);
  });

  it('is another matter than a connection that is lost', () => {
    const away = at(begin(SESSION), { type: 'log', state: 'away' });
    expect(disconnect(away)).toMatchObject({ log: 'up', phase: 'away' });
  });
});
