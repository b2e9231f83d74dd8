import { describe, expect, test } from 'vitest';
import { SERVICES } from '../services.ts';
import { given, type History } from '../testing/given.ts';
import {
  closeRequested,
  later,
  planned,
  REFUSED,
  ready,
  released,
  releasedAll,
  started,
  T0,
} from '../testing/histories.ts';
import type { JanitorEvent } from './events.ts';
import {
  decideNoteFindings,
  decideNoteRelease,
  evolveJanitor,
  hasOwn,
  type JanitorState,
  type Listed,
  mayRelease,
  noOrphans,
  type Orphan,
  whyOrphan,
} from './janitor.ts';

const SLUG = 'abcdefghijkl';
const listed = (data: Partial<Listed> = {}): Listed => ({
  service: 'neon',
  provider: 'embedded',
  resourceId: 'neon-1',
  name: `mk0r-${SLUG}`,
  slug: SLUG,
  ...data,
});
const owner = (...history: History) => given(...history).state;
const closed = [...ready(), closeRequested, ...releasedAll(), { type: 'SessionClosed', data: {} } as const];

describe('a listed resource is an orphan', () => {
  test('when the log knows no session of its name', () => {
    expect(whyOrphan(listed(), undefined)).toBe('no_session');
  });

  test('when its session gave it back, and it is there still', () => {
    expect(whyOrphan(listed(), owner(...ready(), closeRequested, ...released('neon')))).toBe('released');
    for (const service of ['sandbox', ...SERVICES] as const)
      expect(whyOrphan(listed({ service }), owner(...closed))).toBe('released');
  });

  test('when its session was forgotten', () => {
    const forgotten = owner(...closed, started('forget'), { type: 'SessionForgotten', data: {} });
    expect(whyOrphan(listed(), forgotten)).toBe('released');
  });

  test('when another one of its name is what its session uses', () => {
    const own = listed({ resourceId: given(...ready()).state.provisioned.neon?.resourceId ?? '' });
    const other = listed({ resourceId: 'neon-late' });
    const open = owner(...ready());
    expect(whyOrphan(other, open)).toBe('double');
    expect(whyOrphan(own, open)).toBeUndefined();
    expect(hasOwn([other, own], other, open)).toBe(true);
    expect(hasOwn([other], other, open)).toBe(false);
    expect(whyOrphan({ ...other, provider: 'elsewhere' }, open)).toBeUndefined();
    expect(whyOrphan({ ...other, isCopy: true }, open)).toBeUndefined();
    // Of a key nobody can say whether it is in use where the log does not name the session's own.
    expect(whyOrphan(listed({ service: 'resend', resourceId: 'key-late' }), open)).toBeUndefined();
  });

  test.each<[string, History]>([
    ['asks for it', [planned(), started('neon')]],
    ['uses it', ready()],
    ['is to give it back', [...ready(), closeRequested]],
    ['is giving it back', [...ready(), closeRequested, started('release_neon')]],
    ['has given another one back', [...ready(), closeRequested, ...released('resend')]],
  ])('not while its session %s', (_, history) => {
    expect(whyOrphan(listed(), owner(...history))).toBeUndefined();
  });

  test.each([
    ['another product’s', { name: 'production', slug: SLUG }],
    ['one that only begins like ours', { name: `mk0r-${SLUG}-staging`, slug: SLUG }],
    ['one of another shape', { name: 'mk0r-docs', slug: 'docs' }],
    ['one without a slug', { name: 'mk0r-', slug: '' }],
  ])('never by a name that is not ours: %s', (_, name) => {
    expect(whyOrphan(listed(name), undefined)).toBeUndefined();
  });

  test('also by a name that says what it is', () => {
    expect(whyOrphan(listed({ name: `mk0r-${SLUG} Users` }), undefined)).toBe('no_session');
  });
});

describe('an orphan is released unasked', () => {
  const orphan = (data: Partial<Orphan> = {}): Orphan => ({
    ...listed(),
    why: 'released',
    foundAt: T0,
    ...data,
  });

  test('once it has been known for a while', () => {
    expect(mayRelease(orphan(), later(999), 1_000)).toBe(false);
    expect(mayRelease(orphan(), later(1_000), 1_000)).toBe(true);
  });

  test('at a provider that others share, only if our own log says that it was ours', () => {
    const shared = { provider: 'neon', why: 'no_session' } as const;
    expect(mayRelease(orphan(shared), later(1_000), 1_000)).toBe(false);
    expect(mayRelease(orphan({ ...shared, provider: 'embedded' }), later(1_000), 1_000)).toBe(true);
    expect(mayRelease(orphan({ ...shared, why: 'released' }), later(1_000), 1_000)).toBe(true);
  });
});

const found = (data: Partial<Listed> = {}) => ({ ...listed(data), why: 'released' as const });
const having = (...events: readonly JanitorEvent[]): JanitorState =>
  events.reduce((state, event) => evolveJanitor(state, event, T0), noOrphans);
const OTHER = { service: 'resend', resourceId: 'audience-1' } as const;
const [FOUND, FOUND_OTHER] = [found(), found(OTHER)].map(
  (data) => ({ type: 'OrphanFound', data }) as const,
) as [JanitorEvent, JanitorEvent];
const ID = { service: 'neon', resourceId: 'neon-1' } as const;

describe('what a look has found', () => {
  test('is said once', () => {
    expect(decideNoteFindings({ found: [found()], looked: ['neon'] }, noOrphans)).toEqual([FOUND]);
    expect(decideNoteFindings({ found: [found()], looked: ['neon'] }, having(FOUND))).toEqual([]);
  });

  test('is over when it is no longer there', () => {
    expect(decideNoteFindings({ found: [], looked: ['neon', 'resend'] }, having(FOUND))).toEqual([
      { type: 'OrphanSettled', data: ID },
    ]);
  });

  test('stays known while its provider does not answer', () => {
    expect(decideNoteFindings({ found: [], looked: ['resend'] }, having(FOUND, FOUND_OTHER))).toEqual([
      { type: 'OrphanSettled', data: OTHER },
    ]);
  });
});

describe('the release of an orphan', () => {
  test('ends it', () => {
    const events = decideNoteRelease(ID, having(FOUND, FOUND_OTHER));
    expect(events).toEqual([{ type: 'OrphanReleased', data: ID }]);
    expect(Object.values(having(FOUND, FOUND_OTHER, ...events).orphans)).toMatchObject([OTHER]);
  });

  test('that fails is said once, until it fails otherwise', () => {
    const failed = { type: 'OrphanReleaseFailed', data: { ...ID, error: REFUSED } } as const;
    expect(decideNoteRelease({ ...ID, error: REFUSED }, having(FOUND))).toEqual([failed]);
    expect(decideNoteRelease({ ...ID, error: REFUSED }, having(FOUND, failed))).toEqual([]);
    const other = { ...REFUSED, code: 'other' };
    expect(decideNoteRelease({ ...ID, error: other }, having(FOUND, failed))).toHaveLength(1);
    expect(having(FOUND, failed).orphans).toMatchObject({ 'neon|neon-1': { error: REFUSED } });
  });

  test('of one that is not known says nothing', () => {
    expect(decideNoteRelease(ID, noOrphans)).toEqual([]);
  });
});
