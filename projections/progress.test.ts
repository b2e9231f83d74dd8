import { expect, test } from 'vitest';
import { describeProgress } from './progress.ts';

test('how far a build is reads in events, and where the log is counted in bytes, in those', () => {
  const far = { done: 400_000, total: 1_000_000, eventsPerSecond: 210_000, secondsLeft: 3, resumedAt: 0 };
  expect(describeProgress(far, undefined)).toBe('400,000 of 1,000,000 events · 210,000/s · 3 s left');
  expect(describeProgress(far, 'bytes')).toBe('400,000 of 1,000,000 bytes · 210,000/s · 3 s left');
});
