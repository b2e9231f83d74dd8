import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds } from '../domain/testing/property.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Json } from './ports/event-store.ts';

const json = fc.jsonValue() as fc.Arbitrary<Json>;

const reversed = (value: Json): Json => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reversed(member as Json)]),
  );
};

describe('canonical JSON', () => {
  holds('is the same whatever order the members came in', [json], (value) => {
    expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
  });

  holds('is the same before and after it was stored', [json], (value) => {
    expect(canonicalJson(JSON.parse(JSON.stringify(value)))).toBe(canonicalJson(value));
  });

  holds('means what the value means', [json], (value) => {
    expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
  });

  test('knows no member that is not there', () => {
    const absent: Record<string, Json> = JSON.parse('{"a":1}');
    expect(canonicalJson({ ...absent, b: undefined } as unknown as Json)).toBe('{"a":1}');
  });
});
