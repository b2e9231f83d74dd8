import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../domain/session/events.ts';
import { ROOT, ready, sha, submitted, turn } from '../../domain/testing/histories.ts';
import { published } from '../testing/feed.ts';
import type { SessionView } from '../views.ts';
import { evolveSessionView } from './evolve.ts';

const viewOf = (...history: readonly (SessionEvent | readonly SessionEvent[])[]) =>
  published(history.flat() as readonly SessionEvent[]).reduce<SessionView | undefined>(
    evolveSessionView,
    undefined,
  )?.appErrors;

const seen = (fingerprint: string, at: string): SessionEvent => ({
  type: 'AppErrorSeen',
  data: { fingerprint, source: 'page', sha: at, message: `${fingerprint} at ${at.slice(0, 1)}` },
});
const fix = (turnId: string, fixes: string): SessionEvent => ({
  type: 'TurnSubmitted',
  data: { turnId, prompt: 'Fix it', fixes },
});

describe('errors of the app, as the page shows them', () => {
  test('keep the attempts at them, and where they were seen last', () => {
    const errors = viewOf(ready(), seen('a', ROOT), fix('one', 'a'), seen('a', sha('1')));
    expect(errors).toMatchObject([{ fingerprint: 'a', sha: sha('1'), attempts: ['one'], message: 'a at 1' }]);
  });

  test('of other code are dropped, unless somebody is at them', () => {
    const errors = viewOf(ready(), seen('old', ROOT), seen('a', ROOT), fix('one', 'a'), seen('b', sha('1')));
    expect(errors?.map(({ fingerprint }) => fingerprint)).toEqual(['a', 'b']);
  });

  test('lose the count of attempts with the first word of somebody’s own', () => {
    const errors = viewOf(ready(), seen('a', ROOT), fix('one', 'a'), submitted('own'));
    expect(errors?.map(({ attempts }) => attempts)).toEqual([[]]);
  });

  test('do not count what was taken back', () => {
    const takenBack: SessionEvent = { type: 'TurnCancelled', data: { turnId: 'one' } };
    expect(viewOf(ready(), seen('a', ROOT), fix('one', 'a'), takenBack)?.[0]?.attempts).toEqual([]);
  });

  test('are gone with the session', () => {
    const forgotten: SessionEvent = { type: 'SessionForgotten', data: {} };
    expect(viewOf(ready(), turn('one', sha('1'), ROOT), seen('a', sha('1')), forgotten)).toEqual([]);
  });
});
