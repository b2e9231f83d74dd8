import { describe, expect, test } from 'vitest';
import { given } from '../../testing/given.ts';
import { claimed, closeRequested, OUTAGE, parked, planned, ready, started } from '../../testing/histories.ts';
import type { SessionEvent } from '../events.ts';
import { evolve } from '../evolve.ts';
import { noSession, RESOURCE_MISSING, stepOf } from '../state.ts';
import { decideRetryPooled, decideRetryStep } from './retry.ts';

const stateAfter = (...events: readonly SessionEvent[]) =>
  events.reduce((state, event) => evolve(state, event, '2026-01-01T12:00:00.000Z'), noSession);
const reason = 'an operator asked for another attempt';

describe('an operator who asks for another attempt', () => {
  test.each([
    [
      'a service',
      stateAfter(planned(), parked('neon')),
      'neon',
      'ServiceRetryRequested',
      { service: 'neon' },
    ],
    ['the env file', stateAfter(planned(), parked('env_write')), 'env_write', 'WakeRequested', { reason }],
    ['a push', stateAfter(...ready(), parked('push')), 'push', 'WakeRequested', { reason }],
    [
      'a release',
      stateAfter(...ready(), closeRequested, parked('release_neon')),
      'release_neon',
      'ReleaseRetryRequested',
      { reason },
    ],
  ] as const)('of %s has it', (_what, state, step, type, data) => {
    const decided = decideRetryStep({ step }, state);
    expect(decided).toEqual({ _tag: 'Right', right: [{ type, data }] });
    const [event] = decided._tag === 'Right' ? decided.right : [];
    expect(stepOf(event === undefined ? state : evolve(state, event, ''), step).status).toBe('waiting');
  });

  test.each([
    ['of what is under way', stateAfter(planned(), started('neon')), 'neon', 'StepNotParked'],
    ['of what was never tried', stateAfter(planned()), 'env_write', 'StepNotParked'],
    [
      'of a move, which is over',
      stateAfter(...ready(), parked('history_move')),
      'history_move',
      'StepNotParked',
    ],
    [
      'of a session that was closed',
      stateAfter(planned(), parked('neon'), closeRequested),
      'neon',
      'SessionNotOpen',
    ],
    [
      'of what was lost at its provider',
      stateAfter(...ready(), {
        type: 'ResourceMissing',
        data: { service: 'neon', error: { ...OUTAGE, code: RESOURCE_MISSING } },
      }),
      'neon',
      'OwnerOnly',
    ],
  ] as const)('%s is refused', (_what, state, step, tag) => {
    expect(decideRetryStep({ step }, state)).toEqual({ _tag: 'Left', left: { tag } });
  });
});

describe('the keeper of the pool, who asks for a service once more,', () => {
  const missing: SessionEvent = {
    type: 'ResourceMissing',
    data: { service: 'neon', error: { ...OUTAGE, code: RESOURCE_MISSING } },
  };

  test.each([
    ['that was given up on', [planned(), parked('neon')]],
    ['that was lost with nothing in it', [...ready(), missing]],
  ] as const)('has one %s', (_what, history) => {
    given(history)
      .when(decideRetryPooled, { service: 'neon' })
      .gives([{ type: 'ServiceRetryRequested', data: { service: 'neon' } }]);
  });

  test('has none of what is under way, or there', () => {
    given(planned(), started('neon')).when(decideRetryPooled, { service: 'neon' }).givesNothing();
    given(ready()).when(decideRetryPooled, { service: 'neon' }).givesNothing();
  });

  test('has no word any more where a visitor was faster', () => {
    given(planned(), parked('neon'), claimed())
      .when(decideRetryPooled, { service: 'neon' })
      .isRefused('AlreadyClaimed');
  });
});
