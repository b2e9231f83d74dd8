import { describe, expect, it } from 'vitest';
import type { SessionView } from '../../../../projections/views.ts';
import { momentOf } from './use-picture.ts';

const commit = { sha: 'b', turnId: 'turn-1' } as SessionView['history']['commits'][number];
const view = (at: string, more: Partial<SessionView> = {}, moving?: object): SessionView =>
  ({
    history: { at, root: 'a', commits: [commit], ...(moving === undefined ? {} : { moving }) },
    ...more,
  }) as SessionView;

describe('a picture of an app is taken', () => {
  it.each([
    ['once nothing is done in it', view('b'), 'b:/'],
    ['as soon as a turn has committed, while that is checked', view('b', { runningTurn: 'turn-1' }), 'b:/'],
  ])('%s', (_, seen, moment) => expect(momentOf(seen, '/')).toBe(moment));

  it.each([
    ['while the agent works on it', view('b', { runningTurn: 'turn-2' })],
    ['while it is moved', view('b', {}, { to: 'a' })],
    ['of the empty template', view('a')],
    ['before there is anything', view('')],
    ['before anything is known', undefined],
  ])('never %s', (_, seen) => expect(momentOf(seen, '/')).toBeUndefined());

  it('never of a page that has not said where it is', () => {
    expect(momentOf(view('b'), undefined)).toBeUndefined();
  });
});
