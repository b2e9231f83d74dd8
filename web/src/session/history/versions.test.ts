import { expect, test } from 'vitest';
import type { SessionView } from '../../../../projections/views.ts';
import { versionNumber, versionTitle } from './versions.ts';

const view = {
  history: {
    root: 'root',
    at: 'b',
    commits: [
      { sha: 'a', parent: 'root', title: 'Habits' },
      { sha: 'b', parent: 'a', title: 'Streaks' },
    ],
  },
} as unknown as SessionView;

test('versions are counted from the first one there is, in the order they were made', () => {
  expect(['root', 'a', 'b'].map((sha) => versionNumber(view, sha))).toEqual([
    { number: 1, of: 3 },
    { number: 2, of: 3 },
    { number: 3, of: 3 },
  ]);
});

test('the first version is called by where it comes from', () => {
  expect(versionTitle(view, 'b')).toBe('Streaks');
  expect(versionTitle(view, 'root')).toBe('The empty template');
  const fork = { commit: 'root', version: 'A waitlist' } as SessionView['fork'] & object;
  expect(versionTitle({ ...view, fork }, 'root')).toBe('A waitlist');
});
