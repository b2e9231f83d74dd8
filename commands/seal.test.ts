import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds } from '../domain/testing/property.ts';
import type { StoredEvent } from './ports/event-store.ts';
import { checkSeals, FIRST_SEAL, sealOf, verifySeals } from './seal.ts';

const STREAM = 'session-abc';

/** A stream whose events have these texts, sealed as the journal seals them. */
const sealed = (texts: readonly string[]): readonly StoredEvent[] => {
  let seal = FIRST_SEAL;
  return texts.map((text, revision) => {
    const metadata = {
      causationId: 'cause',
      correlationId: 'chain',
      actor: 'operator',
      at: '2026-01-01T00:00:00.000Z',
      schema: 1,
    } as const;
    const event = { id: `id-${revision}`, type: 'AgentSaid', data: { text, nested: [{ a: 1 }] }, metadata };
    seal = sealOf(seal, STREAM, revision, event);
    return {
      ...event,
      metadata: { ...metadata, seal },
      stream: STREAM,
      revision,
      position: String(revision + 1),
    };
  });
};

const texts = fc.array(fc.string(), { minLength: 1, maxLength: 8 });

const tampering: Readonly<Record<string, (event: StoredEvent) => StoredEvent>> = {
  id: (event) => ({ ...event, id: `${event.id}!` }),
  type: (event) => ({ ...event, type: 'ToolCalled' }),
  data: (event) => ({ ...event, data: { text: 'something else', nested: [{ a: 1 }] } }),
  'data, deep inside': (event) => ({ ...event, data: { ...(event.data as object), nested: [{ a: 2 }] } }),
  stream: (event) => ({ ...event, stream: 'session-other' }),
  revision: (event) => ({ ...event, revision: event.revision + 1 }),
  'metadata.at': (event) => ({ ...event, metadata: { ...event.metadata, at: '2026-01-01T00:00:00.001Z' } }),
  'metadata.actor': (event) => ({ ...event, metadata: { ...event.metadata, actor: 'visitor:eve' } }),
  'metadata.causationId': (event) => ({ ...event, metadata: { ...event.metadata, causationId: 'x' } }),
  'metadata.correlationId': (event) => ({ ...event, metadata: { ...event.metadata, correlationId: 'x' } }),
  'metadata.schema': (event) => ({ ...event, metadata: { ...event.metadata, schema: 2 } }),
  'metadata.seal': (event) => ({ ...event, metadata: { ...event.metadata, seal: 'f'.repeat(64) } }),
};

describe('the seals of a stream', () => {
  holds('fit as long as nothing was touched', [texts], (words) => {
    expect(verifySeals(sealed(words))).toEqual({ events: words.length });
  });

  holds(
    'name the first event that was tampered with, whichever field it is in',
    [texts, fc.nat(), fc.constantFrom(...Object.keys(tampering))],
    (words, at, field) => {
      const index = at % words.length;
      const events = sealed(words).map((event, revision) =>
        revision === index ? (tampering[field]?.(event) ?? event) : event,
      );
      expect(verifySeals(events).firstBad?.pos).toBe(index);
    },
    { runs: 300 },
  );

  test('tell what an event was, what its seal should have been and what it is', () => {
    const [first, second] = sealed(['a', 'b']);
    const forged = sealed(['a', 'b']).map((event, index) =>
      index === 1 ? { ...event, metadata: { ...event.metadata, seal: 'f'.repeat(64) } } : event,
    );
    expect(verifySeals(forged)).toEqual({
      events: 2,
      firstBad: {
        pos: 1,
        type: second?.type,
        reason: 'the seal does not fit the event and the one before it',
        expected: second?.metadata.seal,
        actual: 'f'.repeat(64),
      },
    });
    expect(verifySeals([first, first].filter((event) => event !== undefined)).firstBad).toEqual({
      pos: 1,
      reason: 'expected revision 1, found 0',
      expected: '1',
      actual: '0',
    });
  });

  holds('are the same checked in two parts', [texts, fc.nat(), fc.boolean()], (words, at, isForged) => {
    const events = sealed(words).map((event, index) =>
      isForged && index === 2 ? { ...event, type: 'ToolCalled' } : event,
    );
    const cut = at % (words.length + 1);
    const first = checkSeals(events.slice(0, cut));
    const both = first.firstBad === undefined ? checkSeals(events.slice(cut), first) : first;
    const { seal: _last, ...check } = both;
    expect(check).toEqual(verifySeals(events));
  });

  holds('show where an event was taken out', [texts, fc.nat()], (words, at) => {
    const index = at % words.length;
    const events = sealed(words).filter((_, revision) => revision !== index);
    expect(verifySeals(events).firstBad?.pos).toBe(index === words.length - 1 ? undefined : index);
  });

  test('show where two events changed places', () => {
    const [first, second, third] = sealed(['a', 'b', 'c']);
    const swapped = [first, third, second].filter((event) => event !== undefined);
    expect(verifySeals(swapped).firstBad?.pos).toBe(1);
  });

  test('cannot be made to fit again without redoing every one after', () => {
    const events = sealed(['a', 'b', 'c']);
    const forged = sealed(['a', 'forged', 'c']);
    const mixed = [events[0], forged[1], events[2]].filter((event) => event !== undefined);
    expect(verifySeals(mixed).firstBad?.pos).toBe(2);
  });
});
