import { expect, test } from 'vitest';
import { money } from './money.ts';

test.each([
  [0, '0 ¢'],
  [12, 'under 0.1 ¢'],
  [42_000, '4.2 ¢'],
  [420_000, '42 ¢'],
  [1_200_000, '$1.20'],
  [12_345_678, '$12.35'],
])('%d micro-dollars are %s', (micros, words) => expect(money(micros)).toBe(words));
