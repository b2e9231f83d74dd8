import { describe, expect, test } from 'vitest';
import { given, type History } from '../../testing/given.ts';
import {
  closeRequested,
  later,
  OTHER_RUNNER,
  planned,
  ROOT,
  RUNNER,
  ready,
  sandboxUp,
  sha,
  slept,
  submitted,
  T0,
  turn,
  turnFinished,
  turnStarted,
} from '../../testing/histories.ts';
import { decideDueTurn, dueTurn, TURN_LIMIT_MS } from './turns.ts';

const asking = { now: T0, runner: RUNNER, exclusive: true };
const dueAfter = (...history: History) => dueTurn(given(...history).state, asking);

const cut = turnStarted('turn-1', { runner: OTHER_RUNNER });
const cutAgain = turnStarted('turn-1', { runner: OTHER_RUNNER, attempt: 2 });
const stopped = { type: 'TurnCancelRequested', data: { turnId: 'turn-1' } } as const;

describe('the turn that is due', () => {
  test('waits until the session is ready', () => {
    expect(dueAfter(planned(), submitted(), sandboxUp())).toBeUndefined();
    expect(dueAfter(ready(), submitted())).toEqual({ kind: 'start', turnId: 'turn-1', attempt: 1 });
  });

  test('is the one that came first, one at a time', () => {
    expect(dueAfter(ready(), submitted('first'), submitted('second'))).toMatchObject({ turnId: 'first' });
    expect(dueAfter(ready(), submitted('first'), submitted('second'), turnStarted('first'))).toBeUndefined();
    expect(
      dueAfter(ready(), submitted('first'), submitted('second'), turnStarted('first'), turnFinished('first')),
    ).toMatchObject({ kind: 'start', turnId: 'second' });
  });

  test('passes over one that was cancelled while it waited', () => {
    const cancelled = { type: 'TurnCancelled', data: { turnId: 'first' } } as const;
    expect(dueAfter(ready(), submitted('first'), submitted('second'), cancelled)).toMatchObject({
      turnId: 'second',
    });
  });

  test('waits for a sandbox that sleeps, and for a move', () => {
    const history = [ready(), turn('turn-0', sha('a'), ROOT)];
    const move = { moveId: 'm', from: sha('a'), to: ROOT, kind: 'undo' } as const;
    expect(dueAfter(...history, slept, submitted())).toBeUndefined();
    expect(dueAfter(...history, { type: 'HistoryMoveRequested', data: move }, submitted())).toBeUndefined();
  });
});

describe('a turn that a crash cut off', () => {
  test('is given to the agent once more', () => {
    expect(dueAfter(ready(), submitted(), cut)).toEqual({ kind: 'start', turnId: 'turn-1', attempt: 2 });
  });

  test('waits until its sandbox is back', () => {
    expect(dueAfter(ready(), submitted(), cut, slept)).toBeUndefined();
  });

  test('is given back to the visitor when it happens twice', () => {
    expect(dueAfter(ready(), submitted(), cut, cutAgain)).toEqual({ kind: 'interrupted', turnId: 'turn-1' });
    given(ready(), submitted(), cut, cutAgain)
      .when(decideDueTurn, { ...asking, turnId: 'turn-1', attemptId: 'third' })
      .gives([
        {
          type: 'TurnFailed',
          data: {
            turnId: 'turn-1',
            error: expect.objectContaining({ code: 'interrupted', retryable: true }),
          },
        },
      ]);
  });

  test('is over when it was asked to stop', () => {
    expect(dueAfter(ready(), submitted(), cut, stopped)).toEqual({ kind: 'cancelled', turnId: 'turn-1' });
    given(ready(), submitted(), cut, stopped)
      .when(decideDueTurn, { ...asking, turnId: 'turn-1', attemptId: 'second' })
      .gives([{ type: 'TurnCancelled', data: { turnId: 'turn-1' } }]);
  });

  test('is another server’s until its deadline where several share the data', () => {
    const { state } = given(ready(), submitted(), cut);
    const shared = { ...asking, exclusive: false };
    expect(dueTurn(state, shared)).toBeUndefined();
    expect(dueTurn(state, { ...shared, now: later(TURN_LIMIT_MS) })).toMatchObject({ attempt: 2 });
  });
});

describe('starting a turn', () => {
  const start = { ...asking, turnId: 'turn-1', attemptId: 'attempt-1' };

  test('says who runs it and until when', () => {
    given(ready(), submitted())
      .when(decideDueTurn, start)
      .gives([
        {
          type: 'TurnStarted',
          data: {
            turnId: 'turn-1',
            attemptId: 'attempt-1',
            attempt: 1,
            deadline: later(TURN_LIMIT_MS),
            runner: RUNNER,
          },
        },
      ]);
  });

  test.each([
    ['has started meanwhile', [turnStarted()]],
    ['was cancelled meanwhile', [{ type: 'TurnCancelled', data: { turnId: 'turn-1' } } as const]],
    ['belongs to a session that is being closed', [closeRequested]],
  ])('one that %s is refused', (_, history) => {
    given(ready(), submitted(), ...history)
      .when(decideDueTurn, start)
      .isRefused('StepNotDue');
  });
});
