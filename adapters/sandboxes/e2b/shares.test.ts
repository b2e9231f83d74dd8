import { expect, test } from 'vitest';
import { createShares } from './shares.ts';

const takeAll = (shares: ReturnType<typeof createShares>, port: number): number => {
  let taken = 0;
  while (shares.take(port)) taken += 1;
  return taken;
};

test('each port has what is kept for it, whatever the others take, and no more in all than there are', () => {
  const shares = createShares([1, 2, 3], { most: 20, kept: 4 });
  expect(takeAll(shares, 1)).toBe(12);
  expect(takeAll(shares, 2)).toBe(4);
  expect(shares.isFull()).toBe(false);
  expect(takeAll(shares, 3)).toBe(4);
  expect(shares.isFull()).toBe(true);
});

test('what a port gives back is there for the next', () => {
  const shares = createShares([1, 2], { most: 10, kept: 2 });
  expect(takeAll(shares, 1)).toBe(8);
  shares.giveBack(1);
  expect(takeAll(shares, 2)).toBe(3);
  expect(takeAll(shares, 1)).toBe(0);
});

test('a port that was not promised has none', () => {
  expect(createShares([1], { most: 10, kept: 2 }).take(2)).toBe(false);
});
