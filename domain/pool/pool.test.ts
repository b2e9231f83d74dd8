import { describe, expect, test } from 'vitest';
import { givenPool } from '../testing/given.ts';
import type { PoolEvent } from './events.ts';
import { decidePoolTarget, decideSettle, decideTopUp, MAX_POOL_TARGET } from './pool.ts';

const planned = (sessionId: string): PoolEvent => ({ type: 'PrewarmPlanned', data: { sessionId } });
const settled = (sessionId: string, outcome: 'claimed' | 'discarded'): PoolEvent => ({
  type: 'PrewarmSettled',
  data: { sessionId, outcome },
});
const targetSet = (target: number): PoolEvent => ({ type: 'PoolTargetSet', data: { target } });
const TOP_UP = { target: 2, newIds: ['x', 'y', 'z'], limit: 10 };

describe('topping up', () => {
  test('plans what is missing', () => {
    givenPool()
      .when(decideTopUp, TOP_UP)
      .gives([planned('x'), planned('y')]);
    givenPool(planned('a'))
      .when(decideTopUp, TOP_UP)
      .gives([planned('x')]);
    givenPool(planned('a'), planned('b')).when(decideTopUp, TOP_UP).givesNothing();
  });

  test('replaces what was claimed or discarded', () => {
    givenPool(planned('a'), planned('b'), settled('a', 'claimed'))
      .when(decideTopUp, TOP_UP)
      .gives([planned('x')]);
  });

  test('an operator’s target goes before the configured one', () => {
    givenPool(targetSet(1))
      .when(decideTopUp, TOP_UP)
      .gives([planned('x')]);
    givenPool(targetSet(0)).when(decideTopUp, TOP_UP).givesNothing();
  });

  test('plans so many at a time, and never more than there are ids for', () => {
    givenPool()
      .when(decideTopUp, { ...TOP_UP, target: 9, limit: 1 })
      .gives([planned('x')]);
    givenPool()
      .when(decideTopUp, { ...TOP_UP, target: 9 })
      .gives([planned('x'), planned('y'), planned('z')]);
  });

  test('plans nothing where there is more than wanted', () => {
    givenPool(planned('a'), planned('b'), planned('c')).when(decideTopUp, TOP_UP).givesNothing();
  });
});

describe('settling an entry', () => {
  test('is done once, and only for an entry', () => {
    const settle = { sessionId: 'a', outcome: 'claimed' } as const;
    givenPool(planned('a'))
      .when(decideSettle, settle)
      .gives([settled('a', 'claimed')]);
    givenPool(planned('a'), settled('a', 'claimed')).when(decideSettle, settle).givesNothing();
    givenPool().when(decideSettle, settle).givesNothing();
  });
});

describe('setting the target', () => {
  test('is said once, within its limits', () => {
    givenPool()
      .when(decidePoolTarget, { target: 5 })
      .gives([targetSet(5)]);
    givenPool(targetSet(5)).when(decidePoolTarget, { target: 5 }).givesNothing();
    givenPool()
      .when(decidePoolTarget, { target: 10_000 })
      .gives([targetSet(MAX_POOL_TARGET)]);
    givenPool()
      .when(decidePoolTarget, { target: -1 })
      .gives([targetSet(0)]);
  });

  test('draining wants none, until a target is set again', () => {
    const drained: PoolEvent = { type: 'PoolDrained', data: { reason: 'maintenance' } };
    givenPool(targetSet(5)).when(decidePoolTarget, { target: 0, reason: 'maintenance' }).gives([drained]);
    expect(givenPool(targetSet(5), drained).state.target).toBe(0);
    expect(givenPool(drained, targetSet(3)).state.target).toBe(3);
  });
});
