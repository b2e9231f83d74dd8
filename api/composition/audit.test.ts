import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EventStore, StoredEvent } from '../../commands/ports/event-store.ts';
import { createReader } from '../../commands/reader.ts';
import { OUTAGE } from '../../commands/testing/providers.ts';
import { memoryCipher } from '../../commands/testing/vault.ts';
import { coldSession, isAtRest, isReady, type Visit, visitorOf } from '../../commands/testing/visits.ts';
import { createTestWorld, historyOf } from '../../commands/testing/world.ts';
import { right } from '../../domain/testing/outcome.ts';
import type { AuditFilter } from '../../projections/audit/filter.ts';
import type { AuditEvent, AuditPage, ChainLink } from '../../projections/audit-views.ts';
import type { Words } from '../application/histories.ts';
import { createHistories } from './audit.ts';
import { findHead } from './hub.ts';

const PROMPT = 'A habit tracker for Ada';
let visit: Visit;
let history: readonly StoredEvent[];

/** A session that was booted with mail down, asked for something twice, and rests. */
beforeAll(async () => {
  const world = createTestWorld({ seed: 7 });
  world.providers.resend.down(OUTAGE);
  world.agent.will({ says: 'I begin, Ada.' }, { edits: 'src/app.tsx' }, { says: 'Done.' });
  visit = await coldSession(world, PROMPT);
  const { server, sessionId } = visit;
  await world.time.until(() => isReady(server.session(sessionId)));
  await world.time.pass(60_000);
  await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'And a chart' })());
  await world.time.until(() => isAtRest(server.session(sessionId)));
  await world.time.pass(5_000);
  history = await historyOf(world, sessionId);
});

const auditOf = (store: EventStore = visit.world.store) =>
  createHistories({
    reader: visit.server.context.reader,
    store,
    findHead: (sessionId) => findHead(store, sessionId),
  });

type Range = { readonly from?: number; readonly before?: number; readonly limit?: number };
const page = (filter: AuditFilter, range: Range = {}, words: Words = 'shown'): Promise<AuditPage> =>
  right(auditOf().page(visit.sessionId, { from: 0, limit: 1_000, ...range, filter }, words));
const all = async (filter: AuditFilter = {}, words: Words = 'shown') =>
  (await page(filter, {}, words)).events;

/** Everything that matches, a few at a time. */
const pagedForwards = async (filter: AuditFilter, limit: number): Promise<readonly AuditEvent[]> => {
  const found: AuditEvent[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const { events, next }: AuditPage = await page(filter, { from, limit });
    found.push(...events);
    from = next;
  }
  return found;
};
const pagedBackwards = async (filter: AuditFilter, limit: number): Promise<readonly AuditEvent[]> => {
  const found: AuditEvent[] = [];
  for (let before: number | undefined = history.length; before !== undefined; ) {
    const { events, previous }: AuditPage = await page(filter, { before, limit });
    found.unshift(...events);
    before = previous;
  }
  return found;
};

describe('a history', () => {
  test('is read whole, with who, when, why and a line for a person', async () => {
    const events = await all();
    expect(events.map(({ pos }) => pos)).toEqual(history.map(({ revision }) => revision));
    expect(events.every(({ summary }) => summary.length > 3)).toBe(true);
    expect(events.find(({ type }) => type === 'TurnSubmitted')).toMatchObject({
      actor: 'visitor:ann',
      summary: `Asked: ${PROMPT}`,
      schema: 1,
      seal: expect.stringMatching(/^[0-9a-f]{64}$/),
      correlationId: expect.any(String),
      turnId: expect.any(String),
    });
  });

  test.each([1, 3, 7, 1_000])('has no gap and nothing twice in pages of %i, either way', async (limit) => {
    const whole = (await all()).map(({ pos }) => pos);
    expect((await pagedForwards({}, limit)).map(({ pos }) => pos)).toEqual(whole);
    expect((await pagedBackwards({}, limit)).map(({ pos }) => pos)).toEqual(whole);
    const turns = { types: new Set(['AgentSaid', 'TurnFinished']) };
    const some = (await all(turns)).map(({ pos }) => pos);
    expect(some.length).toBeGreaterThan(2);
    expect((await pagedForwards(turns, limit)).map(({ pos }) => pos)).toEqual(some);
    expect((await pagedBackwards(turns, limit)).map(({ pos }) => pos)).toEqual(some);
  });

  test('says where it ends, and where a page came from', async () => {
    expect(await page({}, { from: 3, limit: 2 })).toMatchObject({
      events: [{ pos: 3 }, { pos: 4 }],
      next: 5,
      previous: 3,
      head: history.length - 1,
    });
    const last = await page({}, { before: 1e15, limit: 2 });
    expect(last.events.map(({ pos }) => pos)).toEqual([history.length - 2, history.length - 1]);
    expect(last.next).toBeUndefined();
    expect((await page({}, { before: 2, limit: 2 })).previous).toBeUndefined();
  });

  test('that cannot be read to its end is not given out as if it were whole', async () => {
    const failing: EventStore = {
      ...visit.world.store,
      // Where the end is looked for: the page itself is read by the reader.
      readStream: () => TE.left({ tag: 'StoreUnavailable', message: 'the log is away' }),
    };
    for (const range of [{ from: 0 }, { from: 3 }, { from: 0, before: 9 }]) {
      const read = auditOf(failing).page(visit.sessionId, { ...range, limit: 2, filter: {} }, 'shown');
      expect(await read()).toEqual(
        E.left({ tag: 'Unavailable', code: 'store_unavailable', message: 'the log is away' }),
      );
    }
  });

  test('of a session nobody knows is empty', async () => {
    const { reader } = visit.server.context;
    const audit = createHistories({ reader, store: visit.world.store, findHead: () => TE.right(-1) });
    const query = { from: 0, limit: 10, filter: {} };
    expect(await right(audit.page('never-was', query, 'shown'))).toEqual({ events: [], head: -1 });
    expect(await right(audit.page('never-was', { ...query, before: 9 }, 'shown'))).toEqual({
      events: [],
      head: -1,
    });
  });
});

describe('a filter', () => {
  const told = async (filter: AuditFilter) => new Set((await all(filter)).map(({ type }) => type));

  test('by type shows those types', async () => {
    expect(await told({ types: new Set(['SessionReady', 'TurnSubmitted']) })).toEqual(
      new Set(['SessionReady', 'TurnSubmitted']),
    );
  });

  test('by actor shows all of a kind, or one', async () => {
    expect(new Set((await all({ actor: 'visitor' })).map(({ actor }) => actor))).toEqual(
      new Set(['visitor:ann']),
    );
    const managers = new Set((await all({ actor: 'process-manager' })).map(({ actor }) => actor));
    expect(managers.size).toBeGreaterThan(1);
    expect(new Set((await all({ actor: 'process-manager:boot' })).map(({ actor }) => actor))).toEqual(
      new Set(['process-manager:boot']),
    );
    expect(await all({ actor: 'operator' })).toEqual([]);
  });

  test('by step shows what was tried, what failed and what came of it', async () => {
    expect(await told({ step: 'resend' })).toEqual(new Set(['StepStarted', 'StepFailed', 'StepParked']));
    expect(await told({ step: 'neon' })).toEqual(new Set(['StepStarted', 'NeonProvisioned']));
  });

  test('by turn shows that turn from its prompt to its end', async () => {
    const [first] = await all({ types: new Set(['TurnSubmitted']) });
    const types = await told({ turnId: first?.turnId ?? '' });
    expect([...types]).toEqual(
      expect.arrayContaining(['TurnSubmitted', 'TurnStarted', 'AgentSaid', 'TurnFinished']),
    );
  });

  test('by time shows what happened then, ends included', async () => {
    const events = await all();
    const [from, to] = [events[5]?.at ?? '', events[9]?.at ?? ''];
    const within = events.filter(({ at }) => at >= from && at <= to);
    expect(await all({ since: from, until: to })).toEqual(within);
  });

  test('by words looks into everything that is shown, whatever the case', async () => {
    expect((await all({ text: 'HABIT TRACKER' })).map(({ type }) => type)).toContain('TurnSubmitted');
    expect((await all({ text: 'neon' })).length).toBeGreaterThan(0);
  });

  test('holds together with every other', async () => {
    expect(await told({ step: 'resend', actor: 'process-manager', types: new Set(['StepParked']) })).toEqual(
      new Set(['StepParked']),
    );
  });
});

describe('an operator', () => {
  test('reads no word of anybody, in no field and no summary', async () => {
    const events = await all({}, 'masked');
    expect(events).toHaveLength(history.length);
    const text = JSON.stringify(events);
    for (const word of ['habit', 'Ada', 'chart', 'I begin', 'Done.']) expect(text).not.toContain(word);
    expect(events.find(({ type }) => type === 'TurnSubmitted')).toMatchObject({
      data: { prompt: '[personal]' },
      summary: 'Asked: [personal]',
    });
  });

  test('cannot find out a word by looking for it', async () => {
    expect(await all({ text: 'habit' }, 'masked')).toEqual([]);
  });

  test.each([
    ['in another shape', (event: StoredEvent) => ({ ...event, metadata: { ...event.metadata, schema: 99 } })],
    ['of another type', (event: StoredEvent) => ({ ...event, type: 'DreamTold' })],
  ] as const)('reads no word of what a later release has written %s', async (_, written) => {
    const { store } = visit.world;
    const later: EventStore = {
      ...store,
      readStream: (...args) =>
        TE.map((events: readonly StoredEvent[]) => events.map(written))(store.readStream(...args)),
    };
    const { vault } = visit.world;
    const reader = createReader({ store: later, vault, cipher: memoryCipher });
    const audit = createHistories({ reader, store: later, findHead: () => TE.right(history.length - 1) });
    const asked = async (filter: AuditFilter) =>
      (await right(audit.page(visit.sessionId, { from: 0, limit: 1_000, filter }, 'masked'))).events;
    const events = await asked({});
    expect(events).toHaveLength(history.length);
    for (const word of ['habit', 'Ada', 'chart', 'I begin', 'Done.'])
      expect(JSON.stringify(events)).not.toContain(word);
    expect(await asked({ text: 'habit' })).toEqual([]);
  });

  test('sees the session as it was, without its words', async () => {
    const { view, transcript } = await right(auditOf().stateAt(visit.sessionId, undefined, 'masked'));
    expect(view.title).toBe('[personal]');
    expect(transcript.turns[0]?.prompt).toBe('[personal]');
    expect(JSON.stringify([view, transcript])).not.toContain('habit');
  });
});

describe('the session as it was', () => {
  test('is told for every revision', async () => {
    for (const { revision } of history) {
      const { view, transcript } = await right(auditOf().stateAt(visit.sessionId, revision, 'shown'));
      expect([view.revision, transcript.revision]).toEqual([revision, revision]);
    }
  });

  test('is not told for a revision there is not yet', async () => {
    expect(await auditOf().stateAt(visit.sessionId, history.length, 'shown')()).toMatchObject({
      left: { code: 'revision_unknown' },
    });
  });
});

describe('a history of a hundred thousand events and more', () => {
  /** The session's own, and then the last one again and again. */
  const LONG = 100_700;
  const long: Pick<EventStore, 'readStream'> = {
    readStream:
      (_stream, { from = 0, limit = LONG } = {}) =>
      async () =>
        E.right(
          Array.from({ length: Math.max(0, Math.min(limit, LONG - from)) }, (_, index) => {
            const revision = from + index;
            const stored = history[Math.min(revision, history.length - 1)] as StoredEvent;
            return { ...stored, revision, id: `${stored.id}-${revision}` };
          }),
        ),
  };
  const audit = () => {
    const { vault } = visit.world;
    const store = { ...visit.world.store, ...long };
    const reader = createReader({ store, vault, cipher: memoryCipher });
    return createHistories({ reader, store, findHead: () => TE.right(LONG - 1) });
  };

  test('is told as it is now, a part at a time', async () => {
    const { view } = await right(audit().stateAt(visit.sessionId, undefined, 'masked'));
    expect(view.revision).toBe(LONG - 1);
  });

  test('has the chain of its last event', async () => {
    const { event } = await right(audit().chain(visit.sessionId, LONG - 1, 'masked'));
    expect(event.pos).toBe(LONG - 1);
  });
});

describe('the chain of an event', () => {
  const posOf = async (type: string, step?: string) =>
    (await all()).find((event) => event.type === type && (step === undefined || event.step === step))?.pos ??
    -1;
  const chain = (pos: number, words: Words = 'shown') => right(auditOf().chain(visit.sessionId, pos, words));
  const told = (links: readonly ChainLink[]) =>
    links.map((link) => (link.kind === 'event' ? link.event.type : link.kind));

  test('leads from an outcome to the attempt it is of', async () => {
    const { event, ancestors } = await chain(await posOf('NeonProvisioned'));
    expect(event.type).toBe('NeonProvisioned');
    expect(ancestors[0]).toMatchObject({
      kind: 'event',
      depth: 1,
      event: { type: 'StepStarted', step: 'neon' },
    });
  });

  test('leads from an attempt to what came of it', async () => {
    const started = (await all()).find(({ type, step }) => type === 'StepStarted' && step === 'neon');
    const { descendants } = await chain(started?.pos ?? -1);
    expect(told(descendants)).toContain('NeonProvisioned');
  });

  test('ends at the command of the visitor', async () => {
    const { ancestors } = await chain(await posOf('TurnSubmitted'));
    expect(ancestors.at(-1)).toMatchObject({ kind: 'command', actor: 'visitor:ann' });
  });

  test('leads from the last word of a turn to its prompt, and on to the command', async () => {
    const { ancestors } = await chain(await posOf('TurnFinished'));
    expect(told(ancestors)).toEqual(['TurnStarted', 'TurnSubmitted', 'command']);
  });

  test('leads from the end of a boot over every step on the way to the visitor who asked for it', async () => {
    const { ancestors } = await chain(await posOf('EnvWritten'));
    expect(ancestors.every(({ kind }, index) => kind === 'event' || index === ancestors.length - 1)).toBe(
      true,
    );
    expect(ancestors.at(-1)).toMatchObject({ kind: 'command', actor: 'visitor:ann' });
  });

  test('is of one correlation: what it began with', async () => {
    const events = await all();
    const [planned, turn] = [events[0], events.findLast(({ type }) => type === 'TurnSubmitted')];
    const correlations = (type: string, turnId?: string) =>
      new Set(
        events
          .filter((event) => event.type === type && (turnId === undefined || event.turnId === turnId))
          .map(({ correlationId }) => correlationId),
      );
    for (const type of ['StepStarted', 'NeonProvisioned', 'SandboxBooted', 'SessionReady'])
      expect([type, correlations(type).has(planned?.correlationId ?? '')]).toEqual([type, true]);
    for (const type of ['TurnStarted', 'AgentSaid', 'TurnFinished'])
      expect([type, [...correlations(type, turn?.turnId)]]).toEqual([type, [turn?.correlationId]]);
  });

  test('is shown to operators without words', async () => {
    const { event } = await chain(await posOf('TurnSubmitted'), 'masked');
    expect(event.summary).toBe('Asked: [personal]');
  });

  test('of an event there is not is not found', async () => {
    expect(await auditOf().chain(visit.sessionId, 10_000, 'shown')()).toMatchObject({
      left: { tag: 'Missing', code: 'event_not_found' },
    });
  });
});

describe('verification', () => {
  test('counts the seals that fit', async () => {
    expect(await right(auditOf().verify(visit.sessionId))).toEqual({ events: history.length });
  });

  test('names the first event that does not fit, and what its seal should be', async () => {
    const { store } = visit.world;
    const forging: EventStore = {
      ...store,
      readStream: (stream, range) => async () => {
        const read = await store.readStream(stream, range)();
        return E.isLeft(read)
          ? read
          : {
              ...read,
              right: read.right.map((event) =>
                event.revision === 4 ? { ...event, type: 'SessionReady' } : event,
              ),
            };
      },
    };
    expect(await right(auditOf(forging).verify(visit.sessionId))).toEqual({
      events: 5,
      firstBad: {
        pos: 4,
        type: 'SessionReady',
        reason: expect.any(String),
        expected: expect.stringMatching(/^[0-9a-f]{64}$/),
        actual: history[4]?.metadata.seal,
      },
    });
  });
});
