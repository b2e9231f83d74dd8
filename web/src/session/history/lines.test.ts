import { describe, expect, it } from 'vitest';
import type { HistoryView } from '../../../../projections/history-views.ts';
import { committed, initialised, moved } from '../../../../projections/session-view/history.ts';
import { entries } from './lines.ts';

const commit = (history: HistoryView, sha: string): HistoryView =>
  committed(
    history,
    { sha, parent: history.at, turnId: sha, title: sha, changed: [] },
    '2026-01-01T00:00:00Z',
  );

const places = (history: HistoryView) =>
  entries(history).map(({ commit: { sha }, place }) => `${sha} ${place}`);

describe('the history as a list', () => {
  const three = ['a', 'b', 'c'].reduce(commit, initialised('root'));

  it('is newest first, with what lies behind', () => {
    expect(places(three)).toEqual(['c here', 'b behind', 'a behind']);
  });

  it('keeps what was undone ahead', () => {
    expect(places(moved(three, 'c', 'a'))).toEqual(['c ahead', 'b ahead', 'a here']);
  });

  it('keeps the other branch reachable after a new turn', () => {
    const branched = commit(moved(three, 'c', 'a'), 'd');
    expect(places(branched)).toEqual(['d here', 'c aside', 'b aside', 'a behind']);
  });

  it('has nothing behind at the template', () => {
    expect(places(moved(three, 'c', 'root'))).toEqual(['c ahead', 'b ahead', 'a ahead']);
  });
});
