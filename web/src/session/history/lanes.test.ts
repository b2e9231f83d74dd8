import { describe, expect, it } from 'vitest';
import { lanesOf, MOST_LANES } from './lanes.ts';

const commit = (sha: string, parent: string) => ({
  sha,
  parent,
  turnId: sha,
  title: sha,
  at: '2026-01-01T00:00:00Z',
  changed: [],
  pushed: true,
});
const drawn = (...commits: readonly (readonly [string, string])[]) =>
  lanesOf({ root: 'root', commits: commits.map(([sha, parent]) => commit(sha, parent)) });
const laneOf = (lanes: ReturnType<typeof drawn>) =>
  lanes.spots.map(({ sha, lane }) => `${sha} ${lane}`).join(', ');

describe('the lanes of a history', () => {
  it('are one while nothing branches, newest on top', () => {
    const lanes = drawn(['a', 'root'], ['b', 'a']);
    expect(laneOf(lanes)).toBe('b 0, a 0, root 0');
    expect(lanes.width).toBe(1);
  });

  it('are another for each way that leads elsewhere', () => {
    const lanes = drawn(['a', 'root'], ['b', 'a'], ['c', 'a'], ['d', 'c'], ['e', 'root']);
    expect(laneOf(lanes)).toBe('e 2, d 1, c 1, b 0, a 0, root 0');
    expect(lanes.lines.map(({ from, to }) => `${from.sha}${to.sha}`)).toEqual([
      'roota',
      'ab',
      'ac',
      'cd',
      'roote',
    ]);
  });

  it('stay within the page however many there are', () => {
    const many = Array.from({ length: 12 }, (_, n) => [`c${n}`, 'root'] as const);
    expect(drawn(...many).width).toBe(MOST_LANES);
    expect(Math.max(...drawn(...many).spots.map(({ lane }) => lane))).toBe(MOST_LANES - 1);
  });
});
