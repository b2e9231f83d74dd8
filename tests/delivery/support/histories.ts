import fc from 'fast-check';
import type { EventStore, Json } from '../../../commands/ports/event-store.ts';
import type { SessionEvent } from '../../../domain/session/events.ts';
import { anyEvent } from '../../../domain/testing/arbitrary-events.ts';
import { planned, ready, submitted, T0, turn } from '../../../domain/testing/histories.ts';
import { rightOf } from '../../../domain/testing/outcome.ts';

type Fact = { readonly type: string; readonly data: unknown };

/** What others append while nothing is being decided here: facts, and the stream each belongs to. */
export type Chunk = readonly { readonly stream: string; readonly fact: Fact }[];

export const SESSIONS = ['sessionaaaaaaaaaaaaa', 'sessionbbbbbbbbbbbbb'] as const;

/**
 * Events of a session say its own name, whatever else they say. A turn is cut off once only: one that can but be
 * ended races the wake of a sandbox for it.
 */
const ofSession = (sessionId: string, fact: SessionEvent): SessionEvent => {
  switch (fact.type) {
    case 'SessionPlanned':
      return { ...fact, data: { ...fact.data, sessionId, slug: sessionId.slice(0, 12) } };
    case 'TurnStarted':
      return { ...fact, data: { ...fact.data, attempt: 1 } };
    default:
      return fact;
  }
};

/** How a session begins; what comes after need not make sense. */
const beginning: fc.Arbitrary<readonly SessionEvent[]> = fc.constantFrom(
  [],
  [planned()],
  ready(),
  [...ready(), submitted()],
  [...ready(), ...turn('turn-1', 'b', 'a')],
);

/**
 * Not among them: a sandbox that came up under another server without a boot, a Stop, a service given back that was
 * never there, which is refused in life, and an upgrade that fails of what is an app already: a quick page's turn waits
 * for no copy of data, and a copy for any turn. What to do about each races what else is due in the session, and either
 * may come first.
 */
const anyOther = anyEvent.filter(({ type }) => !RACES.has(type));
const RACES: ReadonlySet<string> = new Set([
  'SandboxBooted',
  'SandboxWoken',
  'TurnCancelRequested',
  'ServiceReleaseRequested',
  'UpgradeFailed',
]);

const facts = (sessionId: string): fc.Arbitrary<readonly Chunk[number][]> =>
  fc.tuple(beginning, fc.array(anyOther, { maxLength: 12 })).map(([begun, more]) =>
    [...begun, ...more].map((fact) => ({
      stream: `session-${sessionId}`,
      fact: ofSession(sessionId, fact),
    })),
  );

/** Histories of two sessions, mixed, in so many chunks; each stream in its own order. */
export const anyHistory: fc.Arbitrary<readonly Chunk[]> = fc
  .tuple(
    fc.tuple(...SESSIONS.map(facts)),
    fc.array(fc.nat(1), { minLength: 1, maxLength: 20 }),
    fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 }),
  )
  .map(([streams, order, sizes]) => {
    const left = streams.map((events) => [...events]);
    const log: Chunk[number][] = [];
    for (let turns = 0; left.some((events) => events.length > 0); turns += 1) {
      const preferred = left[order[turns % order.length] ?? 0];
      const from = preferred?.length ? preferred : left.find((events) => events.length > 0);
      const next = from?.shift();
      if (next !== undefined) log.push(next);
    }
    return sizes.map((size, index) => (index === sizes.length - 1 ? log.splice(0) : log.splice(0, size)));
  });

/** Appends a chunk, event by event, behind whatever is in the streams by now. */
export const appendChunk = async (store: EventStore, chunk: Chunk): Promise<void> => {
  for (const { stream, fact } of chunk) {
    const before = await store.readStream(stream)();
    const revision = before._tag === 'Right' ? before.right.length - 1 : -1;
    const id = `${stream}-by-others-${revision + 1}`;
    const metadata = {
      causationId: id,
      correlationId: id,
      actor: 'process-manager:boot' as const,
      at: T0,
      schema: 1,
      seal: '',
    };
    const data = JSON.parse(JSON.stringify(fact.data)) as Json;
    rightOf(await store.append(stream, revision, [{ id, type: fact.type, data, metadata }])());
  }
};
