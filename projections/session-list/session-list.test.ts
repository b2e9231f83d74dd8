import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../domain/session/events.ts';
import {
  claimed,
  closeRequested,
  later,
  planned,
  ready,
  slept,
  started,
  submitted,
  turn,
} from '../../domain/testing/histories.ts';
import { published } from '../testing/feed.ts';
import { type ListedSession, opens, sessionList } from './index.ts';

const listed = (...history: readonly (SessionEvent | readonly SessionEvent[])[]): ListedSession | undefined =>
  published(history.flat() as readonly SessionEvent[]).reduce<ListedSession | undefined>(
    sessionList.evolve,
    undefined,
  );

describe('a session in its owners’ list', () => {
  test('belongs to nobody until it is claimed, then to its owners', () => {
    const open = listed(ready());
    expect(open?.owners).toEqual([]);
    const theirs = listed(ready(), claimed('ann', 'digest'), { type: 'OwnerAdded', data: { owner: 'bob' } });
    expect(theirs).toMatchObject({ owners: ['ann', 'bob'], keyDigest: 'digest' });
    expect(theirs === undefined ? {} : sessionList.indexes(theirs)).toEqual({ owner: ['ann', 'bob'] });
  });

  test('is opened by each browser with its own key: the one it was claimed by, and those let in later', () => {
    const shared = listed(ready(), claimed('ann', 'key-of-ann'), {
      type: 'OwnerAdded',
      data: { owner: 'bob', keyDigest: 'key-of-bob', linkDigest: 'link' },
    });
    const isOpenedBy = (owner: string, keyDigest: string): boolean =>
      shared !== undefined && opens(shared, { owner, keyDigest }, (known, given) => known === given);
    expect(isOpenedBy('ann', 'key-of-ann')).toBe(true);
    expect(isOpenedBy('bob', 'key-of-bob')).toBe(true);
    expect(isOpenedBy('bob', 'key-of-ann')).toBe(false);
    expect(isOpenedBy('ann', 'key-of-bob')).toBe(false);
    expect(isOpenedBy('eve', 'key-of-bob')).toBe(false);
  });

  test('shows the same title, phase and sandbox as its page', () => {
    expect(listed(planned(), claimed())?.item).toMatchObject({
      phase: 'booting',
      sandbox: 'booting',
      title: '',
    });
    expect(listed(ready(), claimed(), submitted('a', 'A habit tracker'))?.item).toMatchObject({
      title: 'A habit tracker',
      phase: 'ready',
      sandbox: 'awake',
    });
    expect(listed(ready(), claimed(), slept)?.item.sandbox).toBe('asleep');
    expect(listed(ready(), claimed(), slept, started('wake'))?.item.sandbox).toBe('waking');
    expect(listed(ready(), claimed(), closeRequested)?.item.phase).toBe('closing');
  });

  test('was begun when it was claimed, not when the pool planned it', () => {
    const events = [...ready(), claimed()];
    expect(listed(events)?.item.createdAt).toBe(later((events.length - 1) * 1_000));
  });

  test('was last active when somebody or the agent last did something', () => {
    const events = [...ready(), claimed(), ...turn('one', 'a', 'b')];
    const finished = events.findLastIndex(({ type }) => type === 'TurnFinished');
    expect(listed(events, slept)?.item.lastActivityAt).toBe(later(finished * 1_000));
  });
});
