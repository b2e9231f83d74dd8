import { expect, it } from 'vitest';
import { place } from './scale.ts';

it('keeps what is short visible beside what is long, and in its order', () => {
  const places = [0, 20, 300, 1_500, 3_000].map((ms) => place(ms, 3_000));
  expect(places[1]).toBeGreaterThan(0.05);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect([places[0], places.at(-1), place(5, 0)]).toEqual([0, 1, 0]);
});
