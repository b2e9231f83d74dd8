import { expect, test } from 'vitest';
import { ofLog } from './numbers.ts';

test('the log is measured in events, and where its store counts bytes, in those', () => {
  expect(ofLog(2_100, undefined)).toBe('2,100');
  expect(ofLog(2_100, 'bytes')).toBe('3 kB');
  expect(ofLog(88_000_000, 'bytes')).toBe('84 MB');
});
