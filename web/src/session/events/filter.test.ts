import { describe, expect, it } from 'vitest';
import { filterFrom, isFiltering, isSameFilter, NO_FILTER, withFilter } from './filter.ts';
import { EVENT_GROUPS, typesOf } from './groups.ts';
import { filterQuery } from './source.ts';

describe('a filter', () => {
  it('is in the address, beside whatever else the address says', () => {
    const filter = { ...NO_FILTER, type: 'AgentSaid', text: 'a & b' };
    const query = withFilter(new URLSearchParams('at=7&step=neon'), filter);
    expect(query.toString()).toBe('at=7&type=AgentSaid&text=a+%26+b');
    expect(filterFrom(query)).toEqual(filter);
    expect(withFilter(query, NO_FILTER).toString()).toBe('at=7');
  });

  it('lets everything through while nothing is chosen', () => {
    expect([isFiltering(NO_FILTER), filterQuery(NO_FILTER).toString()]).toEqual([false, '']);
    expect(isSameFilter(NO_FILTER, { ...NO_FILTER })).toBe(true);
    expect(isSameFilter(NO_FILTER, { ...NO_FILTER, turn: 't' })).toBe(false);
  });

  it('asks the server for every type of a group', () => {
    const query = filterQuery({ ...NO_FILTER, type: 'History', text: ' undo ' });
    expect(query.toString()).toBe('type=CheckpointTaken&type=HistoryMoveRequested&type=HistoryMoved&q=undo');
  });

  it('knows each type once', () => {
    const types = EVENT_GROUPS.flatMap((group) => group.types);
    expect(new Set(types).size).toBe(types.length);
    expect(typesOf('SomethingNew')).toEqual(['SomethingNew']);
  });
});
