import { describe, expect, test } from 'vitest';
import { given } from '../../testing/given.ts';
import {
  claimed,
  closeRequested,
  parked,
  planned,
  ready,
  slept,
  wakeRequested,
} from '../../testing/histories.ts';
import { stepOf } from '../state.ts';
import { decideClose, decideDiscard, decideNoteSleep, decideWake } from './life.ts';

const WHY = { reason: 'asked for' };
const wake = [{ type: 'WakeRequested', data: WHY }] as const;

describe('waking', () => {
  test('a sandbox that sleeps, or was lost, is wanted back', () => {
    given(ready(), slept).when(decideWake, WHY).gives(wake);
    given(ready(), { type: 'SandboxLost', data: WHY }).when(decideWake, WHY).gives(wake);
  });

  test('one wish is enough, until its wake was given up on', () => {
    given(ready(), slept, wakeRequested).when(decideWake, WHY).givesNothing();
    given(ready(), slept, wakeRequested, parked('wake')).when(decideWake, WHY).gives(wake);
  });

  test('one that is awake has nothing to wake', () => {
    given(ready()).when(decideWake, WHY).givesNothing();
  });

  test('what was given up on is tried again', () => {
    const history = [planned(), parked('vm_boot'), parked('neon')];
    given(...history)
      .when(decideWake, WHY)
      .gives(wake);
    const { state } = given(...history, wakeRequested);
    expect([stepOf(state, 'vm_boot').status, stepOf(state, 'neon').status]).toEqual(['waiting', 'waiting']);
  });

  test('nothing of a session that is being closed is woken', () => {
    given(ready(), slept, closeRequested).when(decideWake, WHY).isRefused('SessionNotOpen');
  });
});

describe('noting that a sandbox stopped', () => {
  test('is said once', () => {
    given(ready())
      .when(decideNoteSleep, WHY)
      .gives([{ type: 'SandboxSlept', data: WHY }]);
    given(ready(), slept).when(decideNoteSleep, WHY).givesNothing();
  });

  test('says nothing of one that never was up, or is being released', () => {
    given(planned()).when(decideNoteSleep, WHY).givesNothing();
    given(ready(), closeRequested).when(decideNoteSleep, WHY).givesNothing();
  });
});

describe('discarding a pool entry', () => {
  const discarded = [
    { type: 'SandboxDiscarded', data: { reason: 'too old' } },
    { type: 'CloseRequested', data: { reason: 'discarded: too old' } },
  ] as const;
  const DISCARD = { reason: 'too old' };

  test('it is closed in the same append', () => {
    given(ready()).when(decideDiscard, DISCARD).gives(discarded);
  });

  test('one that a visitor has claimed meanwhile is theirs', () => {
    given(ready(), claimed()).when(decideDiscard, DISCARD).isRefused('AlreadyClaimed');
  });

  test('whoever claimed it may still give it back when it does not answer', () => {
    given(ready(), claimed())
      .when(decideDiscard, { ...DISCARD, claimedWith: 'digest-of-ann' })
      .gives(discarded);
  });

  test('is done once', () => {
    given(ready(), ...discarded)
      .when(decideDiscard, DISCARD)
      .givesNothing();
  });
});

describe('closing', () => {
  test('is asked for once', () => {
    given(planned())
      .when(decideClose, WHY)
      .gives([{ type: 'CloseRequested', data: WHY }]);
    given(planned(), closeRequested).when(decideClose, WHY).givesNothing();
  });

  test('there has to be a session', () => {
    given().when(decideClose, WHY).isRefused('SessionNotOpen');
  });
});
