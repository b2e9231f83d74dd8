import { describe, expect, test } from 'vitest';
import { POOL_MAX_AGE_MS } from '../session/decide/claim.ts';
import { BACKEND_MAX_AGE_MS } from '../session/decide/renew.ts';
import type { SessionEvent } from '../session/events.ts';
import { noSession } from '../session/state.ts';
import { given, givenPool } from '../testing/given.ts';
import {
  claimed,
  closeRequested,
  failed,
  later,
  OUTAGE,
  parked,
  planned,
  REFUSED,
  ready,
  readyWithout,
  renewalRequested,
  SPEC,
  sandboxUp,
  slept,
  started,
  T0,
} from '../testing/histories.ts';
import { dueOtherPool, duePool, type Keeping, LEFT_TO_HOLDER_MS } from './keeper.ts';

const KEEPING: Keeping = {
  specHash: SPEC,
  exclusive: true,
  defaultTarget: 0,
  now: T0,
  providers: { posthog: 'embedded', neon: 'embedded', resend: 'embedded', github: 'embedded' },
  holds: () => true,
};

type Entries = Readonly<Record<string, readonly SessionEvent[]>>;

const poolOf = (entries: Entries) => ({
  pool: givenPool(
    ...Object.keys(entries).map((sessionId) => ({ type: 'PrewarmPlanned', data: { sessionId } }) as const),
  ).state,
  sessionOf: (id: string) => (entries[id]?.length ? given(entries[id]).state : undefined),
});

/** What the keeper does about a pool whose entries have these histories, in the order they were planned. */
const dueFor = (
  entries: Entries,
  { target = Object.keys(entries).length, ...more }: Partial<Keeping> & { readonly target?: number } = {},
) => {
  const { pool, sessionOf } = poolOf(entries);
  return duePool(pool, sessionOf, { ...KEEPING, ...more, defaultTarget: target });
};

describe('the pool keeper', () => {
  test('has nothing to do while entries boot and stand ready', () => {
    expect(
      dueFor({ a: [planned()], b: [planned(), ...sandboxUp()], c: ready(), d: [...ready(), slept] }),
    ).toEqual([]);
  });

  test('tops up an empty pool', () => {
    expect(dueFor({}, { target: 1 })).toEqual([{ kind: 'top-up' }]);
  });

  test('plans a session whose decision was recorded before a crash', () => {
    expect(dueFor({ a: [] })).toEqual([{ kind: 'plan', sessionId: 'a' }]);
  });

  test('an entry that was claimed no longer counts, and is replaced', () => {
    expect(dueFor({ a: [...ready(), claimed()] })).toEqual([
      { kind: 'settle', sessionId: 'a', outcome: 'claimed' },
      { kind: 'top-up' },
    ]);
  });

  test('an entry that was closed no longer counts, and is replaced', () => {
    expect(dueFor({ a: [...ready(), closeRequested] })).toEqual([
      { kind: 'settle', sessionId: 'a', outcome: 'discarded' },
      { kind: 'top-up' },
    ]);
  });

  test.each([
    ['made for another spec', [planned({ specHash: 'spec-two' })], T0],
    ['made for another spec', readyWithout('neon', { specHash: 'spec-two' }), T0],
    ['too old', readyWithout('neon'), later(POOL_MAX_AGE_MS + 1)],
    ['too old', ready(), later(BACKEND_MAX_AGE_MS + 1)],
    ['vm_boot was given up on', [planned(), parked('vm_boot')], T0],
    ['wake was given up on', [...ready(), slept, parked('wake')], T0],
  ])('an entry that is of no use (%s) is discarded, and replaced when it is gone', (reason, history, now) => {
    expect(dueFor({ a: history }, { now })).toEqual([{ kind: 'discard', sessionId: 'a', reason }]);
  });

  test('an entry of which only the sandbox is of no use is made anew', () => {
    const renew = [{ kind: 'renew', sessionId: 'a' }];
    expect(dueFor({ a: ready() }, { now: later(POOL_MAX_AGE_MS + 1) })).toEqual(renew);
    expect(dueFor({ a: ready({ specHash: 'spec-two' }) })).toEqual(renew);
    expect(dueFor({ a: [...ready(), slept] }, { now: later(POOL_MAX_AGE_MS + 1) })).toEqual(renew);
  });

  test('an entry whose services are not what its server gives now is not', () => {
    const discard = [{ kind: 'discard', sessionId: 'a', reason: 'too old' }];
    const now = later(POOL_MAX_AGE_MS + 1);
    const { neon: _off, ...rest } = KEEPING.providers;
    expect(dueFor({ a: ready() }, { now, providers: { ...KEEPING.providers, neon: 'another' } })).toEqual(
      discard,
    );
    expect(dueFor({ a: ready() }, { now, providers: rest })).toEqual(discard);
  });

  test('an entry is made anew by whoever holds its sandbox, and discarded where nobody does', () => {
    const asked = (ms: number) =>
      dueFor({ a: ready() }, { now: later(ms), exclusive: false, holds: () => false });
    expect(asked(POOL_MAX_AGE_MS + LEFT_TO_HOLDER_MS)).toEqual([]);
    expect(asked(POOL_MAX_AGE_MS + LEFT_TO_HOLDER_MS + 1)).toEqual([
      { kind: 'discard', sessionId: 'a', reason: 'too old' },
    ]);
  });

  test('an entry that its holder has died over is discarded', () => {
    const renewed = [...ready(), renewalRequested()];
    const asked = (ms: number) =>
      dueFor({ a: renewed }, { now: later(ms), exclusive: false, holds: () => false });
    expect(asked(LEFT_TO_HOLDER_MS)).toEqual([]);
    expect(asked(LEFT_TO_HOLDER_MS + 1)).toEqual([
      { kind: 'discard', sessionId: 'a', reason: 'its sandbox was not made anew' },
    ]);
  });

  test.each([
    ['runs', [started('vm_boot')]],
    ['has failed and is tried again', [started('vm_boot'), failed('vm_boot', 1, later(500))]],
  ])('an entry that is being made anew is left alone, also where that %s for long', (_, history) => {
    const entries = { a: [...ready(), renewalRequested(), ...history] };
    const now = later(LEFT_TO_HOLDER_MS + 1);
    expect(dueFor(entries, { now, exclusive: false, holds: () => false })).toEqual([]);
  });

  test('an entry without one of its services still serves, and is not discarded', () => {
    expect(dueFor({ a: [planned(), parked('resend')] })).toEqual([]);
  });

  test('what an outage has kept from an entry is asked for again, after pauses that grow with it', () => {
    const retry = [{ kind: 'retry', sessionId: 'a', service: 'neon' }];
    const dueAfter = (triedMs: number, pauseMs: number) => {
      const { pool, sessionOf } = poolOf({ a: readyWithout('neon') });
      const parkedAt = later(triedMs);
      const entry = sessionOf('a') ?? noSession;
      const neon = { status: 'parked', attempt: 5, error: OUTAGE, at: parkedAt } as const;
      const state = { ...entry, steps: { ...entry.steps, neon } };
      const now = later(pauseMs, parkedAt);
      return duePool(pool, () => state, { ...KEEPING, defaultTarget: 1, now });
    };
    expect(dueAfter(4_000, 9_999)).toEqual([]);
    expect(dueAfter(4_000, 10_000)).toEqual(retry);
    expect(dueAfter(60_000, 59_999)).toEqual([]);
    expect(dueAfter(60_000, 60_000)).toEqual(retry);
    expect(dueAfter(30 * 60_000, 5 * 60_000)).toEqual(retry);
  });

  test('what makes no sense to try again is not', () => {
    const refused: SessionEvent = { type: 'StepParked', data: { step: 'neon', attempt: 1, error: REFUSED } };
    expect(dueFor({ a: [planned(), refused] }, { now: later(30 * 60_000) })).toEqual([]);
  });

  test('of more than is wanted the youngest go', () => {
    const reason = 'the pool was made smaller';
    expect(dueFor({ a: ready(), b: ready(), c: [planned()] }, { target: 1 })).toEqual([
      { kind: 'discard', sessionId: 'b', reason },
      { kind: 'discard', sessionId: 'c', reason },
    ]);
    expect(dueFor({ a: ready() }, { target: 0 })).toEqual([{ kind: 'discard', sessionId: 'a', reason }]);
  });

  test('what is leaving already is not counted as more than is wanted', () => {
    expect(dueFor({ a: [planned({ specHash: 'spec-two' })], b: ready() }, { target: 1 })).toEqual([
      { kind: 'discard', sessionId: 'a', reason: 'made for another spec' },
    ]);
  });
});

describe('a pool of another spec', () => {
  const old = ready({ specHash: 'spec-old' });
  const dueForOther = (
    entries: Entries,
    { own = {}, target = 0, ...more }: Partial<Keeping> & { own?: Entries; target?: number } = {},
  ) => {
    const [other, mine] = [poolOf(entries), poolOf(own)];
    const sessionOf = (id: string) => (id in own ? mine : other).sessionOf(id);
    return dueOtherPool(other.pool, sessionOf, {
      ...KEEPING,
      ...more,
      defaultTarget: target,
      own: mine.pool,
    });
  };

  test('goes at once where nobody else can be keeping it', () => {
    expect(dueForOther({ a: old })).toEqual([
      { kind: 'discard', sessionId: 'a', reason: 'made for another spec' },
    ]);
  });

  test('gives this server’s pool what that lacks', () => {
    expect(dueForOther({ a: old, b: old }, { target: 2, own: { x: ready() } })).toEqual([
      { kind: 'adopt', sessionId: 'a' },
      { kind: 'discard', sessionId: 'b', reason: 'made for another spec' },
    ]);
  });

  test('leaves what it has given to this server’s pool, and says so once it is made anew', () => {
    expect(dueForOther({ a: old }, { target: 1, own: { a: old } })).toEqual([]);
    expect(dueForOther({ a: old }, { target: 1, own: { a: [...old, renewalRequested()] } })).toEqual([
      { kind: 'settle', sessionId: 'a', outcome: 'renewed' },
    ]);
  });

  test('is left alone where somebody may be, however many it has', () => {
    const c = [planned({ specHash: 'spec-old' }), parked('vm_boot')];
    expect(dueForOther({ a: old, b: old, c }, { exclusive: false })).toEqual([]);
  });

  test('ends when its entries are too old for anybody', () => {
    const now = later(POOL_MAX_AGE_MS + LEFT_TO_HOLDER_MS + 1);
    expect(dueForOther({ a: old }, { exclusive: false, now })).toEqual([
      { kind: 'discard', sessionId: 'a', reason: 'too old' },
    ]);
  });

  test('has its entries planned by those who keep it alone, where that may be somebody', () => {
    expect(dueForOther({ a: [] }, { exclusive: false })).toEqual([]);
  });

  test('is told what became of its entries', () => {
    expect(dueForOther({ a: [], b: [...old, claimed()], c: [...old, closeRequested] })).toEqual([
      { kind: 'plan', sessionId: 'a' },
      { kind: 'settle', sessionId: 'b', outcome: 'claimed' },
      { kind: 'settle', sessionId: 'c', outcome: 'discarded' },
    ]);
  });
});
