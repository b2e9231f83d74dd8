import { expect, test } from 'vitest';
import { sizeOf } from './sizes.ts';

test.each([
  ['phone', false, { width: 390, height: 844 }],
  ['phone', true, { width: 844, height: 390 }],
  ['tablet', false, { width: 768, height: 1024 }],
  ['tablet', true, { width: 1024, height: 768 }],
  ['full', false, undefined],
] as const)('a %s, turned: %s', (name, rotated, size) => expect(sizeOf({ name, rotated })).toEqual(size));
