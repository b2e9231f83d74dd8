import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds } from '../domain/testing/property.ts';
import { createDeriver, derivedId, eventId, newSessionId, sessionIdFrom, slugOf } from './identifiers.ts';

const derive = createDeriver(Buffer.alloc(32, 7));

describe('the id of a session', () => {
  holds('is 20 characters that may name a host or a database', [fc.string()], (seed) => {
    expect(sessionIdFrom(seed)).toMatch(/^[a-z][a-z0-9]{19}$/);
  });

  test('is the same for the same seed, and new for each session', () => {
    expect(sessionIdFrom('seed')).toBe(sessionIdFrom('seed'));
    expect(new Set(Array.from({ length: 1_000 }, newSessionId)).size).toBe(1_000);
  });

  test('uses every character about as often as any other', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 2_000; seed += 1) {
      for (const character of sessionIdFrom(String(seed)).slice(1))
        counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect(counts.size).toBe(36);
    // 38,000 draws over 36 characters: 1,056 each, standard deviation 32. Seeds are fixed, so this never wavers.
    for (const count of counts.values()) expect(Math.abs(count - 1_056)).toBeLessThan(160);
  });

  test('says nothing of the session’s key, nor does its slug', () => {
    const id = sessionIdFrom(derive('session-id', 'ann', 'command'));
    const key = derive('session-key', 'ann', 'command');
    expect(slugOf(id)).toBe(id.slice(0, 12));
    expect(key).not.toContain(slugOf(id));
    expect(sessionIdFrom(key)).not.toBe(id);
  });
});

describe('the id of an event', () => {
  const id = eventId('cause', 'stream', 'Type', 0);

  test('is the same for the same cause, stream, type and index', () => {
    expect(eventId('cause', 'stream', 'Type', 0)).toBe(id);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('stays what it was in every release: logs hold it', () => {
    expect(id).toBe('0607f6a7-1605-5aff-8917-98761cdfddfd');
    expect(derivedId('command', 'turn')).toBe('aadb1b47-4dd8-5ed7-a23f-cb435909bcbb');
  });

  test.each([
    ['cause', eventId('other', 'stream', 'Type', 0)],
    ['stream', eventId('cause', 'other', 'Type', 0)],
    ['type', eventId('cause', 'stream', 'Other', 0)],
    ['index', eventId('cause', 'stream', 'Type', 1)],
  ])('is another for another %s', (_, other) => {
    expect(other).not.toBe(id);
  });
});

describe('a derived secret', () => {
  test('is the same while the master key is, and another for every purpose', () => {
    expect(derive('key', 'a', 'b')).toBe(createDeriver(Buffer.alloc(32, 7))('key', 'a', 'b'));
    const others = [derive('key', 'ab'), derive('key', 'b', 'a'), derive('token', 'a', 'b')];
    expect(others).not.toContain(derive('key', 'a', 'b'));
    expect(createDeriver(Buffer.alloc(32, 8))('key', 'a', 'b')).not.toBe(derive('key', 'a', 'b'));
  });
});
