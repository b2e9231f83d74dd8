import { describe, expect, it } from 'vitest';
import { ago, clock, duration } from './time.ts';

describe('time for people', () => {
  it.each([
    [0, '0 ms'],
    [240, '240 ms'],
    [1_420, '1.4 s'],
    [12_400, '12 s'],
    [125_000, '2 min 05 s'],
    [Number.NaN, '0 ms'],
  ])('says %d ms as %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it('says how long ago, and nothing for what is no time', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    expect(ago('2026-01-01T23:59:50Z', now)).toBe('just now');
    expect(ago('2026-01-01T23:55:00Z', now)).toMatch(/5 min/);
    expect(ago('', now)).toBe('');
    expect(clock('never')).toBe('');
  });
});
