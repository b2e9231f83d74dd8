import { expect, test } from 'vitest';
import { decodePosition, encodePosition } from '../../adapters/event-store/kurrent/positions.ts';
import { comparePositions, countUpTo, unitOf } from './positions.ts';

const KURRENT = [0n, 9n, 10n, 99n, 2n ** 40n, 2n ** 63n].map((commit) => ({ commit, prepare: commit }));

test.each([
  ['SQLite', ['0', '1', '9', '10', '99', '100', '1000000']],
  ['KurrentDB', KURRENT.map(encodePosition)],
])('positions of %s compare in the order of the log, and count up', (_, log) => {
  expect(log.toReversed().toSorted(comparePositions)).toEqual(log);
  const counts = log.map(countUpTo);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(new Set(counts).size).toBe(log.length);
});

test('positions count events, those of KurrentDB bytes', () => {
  expect(unitOf('42')).toBe('events');
  expect(KURRENT.map(encodePosition).map(unitOf)).toEqual(KURRENT.map(() => 'bytes'));
});

test('positions of KurrentDB come back as they were, and those of another store are refused', () => {
  expect(KURRENT.map(encodePosition).map(decodePosition)).toEqual(KURRENT);
  expect(() => decodePosition('42')).toThrow(/another event store/);
});
