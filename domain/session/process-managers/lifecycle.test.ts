import { describe, expect, test } from 'vitest';
import { given, type History } from '../../testing/given.ts';
import {
  attemptOf,
  claimed,
  closeRequested,
  moved,
  OTHER_RUNNER,
  parked,
  planned,
  ROOT,
  RUNNER,
  ready as readySession,
  readyWithout,
  sandboxUp,
  sha,
  slept,
  started,
  submitted,
  T0,
  turn,
  turnStarted,
  wakeRequested,
} from '../../testing/histories.ts';
import { dueSteps } from './due.ts';
import { diedWithItsServer } from './lifecycle.ts';

const asking = { now: T0, runner: RUNNER, exclusive: true };
const dueAfter = (...history: History) => dueSteps(given(...history).state, asking);

const [A, B] = [sha('a'), sha('b')];
const pushed = (commit: string) =>
  [started('push'), { type: 'CommitPushed', data: { attemptId: attemptOf('push'), sha: commit } }] as const;
const ready = [readySession(), pushed(ROOT)].flat();
const undoAsked = { moveId: 'move', from: A, to: ROOT, kind: 'undo' } as const;

describe('a sandbox that sleeps', () => {
  const asleep = [...ready, claimed(), slept];

  test('stays asleep while nobody wants it', () => {
    expect(dueAfter(...asleep)).toEqual([]);
  });

  test.each([
    ['somebody asks for it', [wakeRequested]],
    ['a message waits', [submitted()]],
    ['a turn was cut off', [submitted(), turnStarted()]],
  ])('is woken when %s', (_, history) => {
    expect(dueAfter(...asleep, ...history)).toEqual(['wake']);
  });

  test('is woken for a move that was asked for before', () => {
    const moving = { type: 'HistoryMoveRequested', data: undoAsked } as const;
    expect(dueAfter(...ready, claimed(), turn('turn-1', A, ROOT), pushed(A), moving, slept)).toEqual([
      'wake',
    ]);
  });

  test('is woken to push what its server could not push any more, unless that was given up on', () => {
    const unpushed = [
      ...ready,
      claimed(),
      turn('turn-1', A, ROOT),
      started('push', { runner: OTHER_RUNNER }),
    ];
    expect(dueAfter(...unpushed, slept)).toEqual(['wake']);
    expect(dueAfter(...unpushed, parked('push'), slept)).toEqual([]);
    const lost = { type: 'SandboxLost', data: { reason: 'gone' } } as const;
    expect(dueAfter(...unpushed, slept, lost)).toEqual([]);
  });

  test('is woken at once while it stands in the pool', () => {
    expect(dueAfter(...ready, slept)).toEqual(['wake']);
  });

  test('is rebuilt where it was lost', () => {
    const lost = { type: 'SandboxLost', data: { reason: 'gone' } } as const;
    expect(dueAfter(...ready, claimed(), lost, wakeRequested)).toEqual(['wake']);
  });

  test('is not woken again and again once its wake was given up on', () => {
    expect(dueAfter(...asleep, submitted(), parked('wake'))).toEqual([]);
    expect(dueAfter(...asleep, submitted(), parked('wake'), wakeRequested)).toEqual(['wake']);
  });
});

describe('a commit', () => {
  test('is pushed when its turn is over, not before', () => {
    expect(dueAfter(...ready, submitted(), turnStarted())).toEqual([]);
    expect(dueAfter(...ready, turn('turn-1', A, ROOT))).toEqual(['push']);
    expect(dueAfter(...ready, turn('turn-1', A, ROOT), ...pushed(A))).toEqual([]);
  });

  test('is pushed after an undo as well: the repository follows the working tree', () => {
    expect(dueAfter(...ready, turn('turn-1', A, ROOT), ...pushed(A), moved(A, ROOT, 'undo'))).toEqual([
      'push',
    ]);
  });

  test('stays where it is while there is no repository', () => {
    expect(dueAfter(readyWithout('github'), turn('turn-1', A, ROOT))).toEqual([]);
  });

  test('is pushed although the one before was given up on', () => {
    const gaveUp = [...ready, turn('turn-1', A, ROOT), started('push'), parked('push')];
    expect(dueAfter(...gaveUp)).toEqual([]);
    expect(dueAfter(...gaveUp, turn('turn-2', B, A))).toEqual(['push']);
  });
});

describe('a move', () => {
  const moving = [
    ...ready,
    turn('turn-1', A, ROOT),
    { type: 'HistoryMoveRequested', data: undoAsked } as const,
  ];

  test('goes before the push of what it leaves', () => {
    expect(dueAfter(...moving)).toEqual(['history_move']);
  });

  test('a second one is due after the first was done', () => {
    const again = { type: 'HistoryMoveRequested', data: { ...undoAsked, moveId: 'again' } } as const;
    expect(dueAfter(...moving, ...moved(A, ROOT, 'undo'), again)).toEqual(['history_move']);
  });
});

describe('a sandbox whose server is no more', () => {
  const died = (runner: string, exclusive: boolean, ...history: History) =>
    diedWithItsServer(given(...history).state, { now: T0, runner, exclusive });

  test('died with it where one server owns the data', () => {
    expect(died(OTHER_RUNNER, true, planned(), sandboxUp())).toBe(true);
    expect(died(RUNNER, true, planned(), sandboxUp())).toBe(false);
    expect(died(OTHER_RUNNER, false, planned(), sandboxUp())).toBe(false);
  });

  test('is not told twice', () => {
    expect(died(OTHER_RUNNER, true, ...ready, slept)).toBe(false);
    expect(died(OTHER_RUNNER, true, ...ready, closeRequested)).toBe(false);
  });
});
