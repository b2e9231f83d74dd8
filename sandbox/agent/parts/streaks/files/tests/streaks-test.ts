import assert from 'node:assert/strict';
import { test } from 'node:test';
import { streaks } from '../shared/streaks.ts';

test('a streak goes on over the end of a month', () => {
  assert.deepEqual(streaks(['2026-02-27', '2026-02-28', '2026-03-01'], '2026-03-01'), {
    current: 3,
    best: 3,
  });
});

test('a day that is not over yet breaks nothing', () => {
  assert.deepEqual(streaks(['2026-03-01', '2026-03-02'], '2026-03-03'), { current: 2, best: 2 });
});

test('a missed day ends the current streak and keeps the best one', () => {
  assert.deepEqual(streaks(['2026-03-01', '2026-03-02', '2026-03-04'], '2026-03-06'), {
    current: 0,
    best: 2,
  });
});
