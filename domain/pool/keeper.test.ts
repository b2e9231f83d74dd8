import { describe, expect, test } from 'vitest';
import { POOL_MAX_AGE_MS } from '../session/decide/claim.ts';
import type { SessionEvent } from '../session/events.ts';
import { noSession } from '../session/state.ts';
import { given, givenPool } from '../testing/given.ts';
import {
  claimed,
  closeRequested,
  later,
  OUTAGE,
  parked,
  planned,
  REFUSED,
  ready,
  readyWithout,
  SPEC,
  sandboxUp,
  slept,
  T0,
} from '../testing/histories.ts';
import { dueOtherPool, duePool } from './keeper.ts';

type Entries = Readonly<Record<string, readonly SessionEvent[]>>;

const poolOf = (entries: Entries) => ({
  pool: givenPool(
    ...Object.keys(entries).map((sessionId) => ({ type: 'PrewarmPlanned', data: { sessionId } }) as const),
  ).state,
  sessionOf: (id: string) => (entries[id]?.length ? given(entries[id]).state : undefined),
});

/** What the keeper does about a pool whose entries have these histories, in the order they were planned. */
const dueFor = (entries: Entries, { target = Object.keys(entries).length, now = T0 } = {}) => {
  const { pool, sessionOf } = poolOf(entries);
  return duePool(pool, sessionOf, { specHash: SPEC, exclusive: true, defaultTarget: target, now });
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
    ['made for another spec', ready({ specHash: 'spec-two' }), T0],
    ['too old', ready(), later(POOL_MAX_AGE_MS + 1)],
    ['vm_boot was given up on', [planned(), parked('vm_boot')], T0],
    ['wake was given up on', [...ready(), slept, parked('wake')], T0],
  ])('an entry that is of no use (%s) is discarded, and replaced when it is gone', (reason, history, now) => {
    expect(dueFor({ a: history }, { now })).toEqual([{ kind: 'discard', sessionId: 'a', reason }]);
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
      return duePool(pool, () => state, { specHash: SPEC, exclusive: true, defaultTarget: 1, now });
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
    expect(dueFor({ a: ready({ specHash: 'spec-two' }), b: ready() }, { target: 1 })).toEqual([
      { kind: 'discard', sessionId: 'a', reason: 'made for another spec' },
    ]);
  });
});

describe('a pool of another spec', () => {
  const old = ready({ specHash: 'spec-old' });
  const dueForOther = (entries: Entries, { exclusive = false, now = T0 } = {}) => {
    const { pool, sessionOf } = poolOf(entries);
    return dueOtherPool(pool, sessionOf, { specHash: SPEC, exclusive, now });
  };

  test('goes at once where nobody else can be keeping it', () => {
    expect(dueForOther({ a: old }, { exclusive: true })).toEqual([
      { kind: 'discard', sessionId: 'a', reason: 'made for another spec' },
    ]);
  });

  test('is left alone where somebody may be, however many it has', () => {
    expect(
      dueForOther({ a: old, b: old, c: [planned({ specHash: 'spec-old' }), parked('vm_boot')] }),
    ).toEqual([]);
  });

  test('ends when its entries are too old for anybody', () => {
    expect(dueForOther({ a: old }, { now: later(POOL_MAX_AGE_MS + 1) })).toEqual([
      { kind: 'discard', sessionId: 'a', reason: 'too old' },
    ]);
  });

  test('is told what became of its entries', () => {
    expect(dueForOther({ a: [], b: [...old, claimed()], c: [...old, closeRequested] })).toEqual([
      { kind: 'plan', sessionId: 'a' },
      { kind: 'settle', sessionId: 'b', outcome: 'claimed' },
      { kind: 'settle', sessionId: 'c', outcome: 'discarded' },
    ]);
  });
});
