import { describe, expect, test } from 'vitest';
import { given } from '../../testing/given.ts';
import {
  checkpointTaken,
  moved,
  parked,
  planned,
  ROOT,
  ready,
  sandboxUp,
  sha,
  started,
  submitted,
  turn,
  turnStarted,
} from '../../testing/histories.ts';
import { lineage } from '../history.ts';
import { decideMoveHistory, type MoveHistory } from './history.ts';

const [A, B, C] = [sha('a'), sha('b'), sha('c')];
const to = (target: string): MoveHistory => ({
  moveId: 'move-1',
  to: target === 'undo' || target === 'redo' ? target : { sha: target },
  data: 'keep',
});
const asked = (from: string, target: string, kind: 'undo' | 'redo' | 'jump') =>
  [{ type: 'HistoryMoveRequested', data: { moveId: 'move-1', from, to: target, kind } }] as const;

const twoTurns = [ready(), turn('turn-1', A, ROOT), turn('turn-2', B, A)] as const;

describe('moving through the history', () => {
  test('undo leads to the commit before, and to the template at last', () => {
    given(...twoTurns)
      .when(decideMoveHistory, to('undo'))
      .gives(asked(B, A, 'undo'));
    given(...twoTurns, moved(B, A, 'undo'))
      .when(decideMoveHistory, to('undo'))
      .gives(asked(A, ROOT, 'undo'));
    given(...twoTurns, moved(B, A, 'undo'), moved(A, ROOT, 'undo'))
      .when(decideMoveHistory, to('undo'))
      .isRefused('NothingToUndo');
  });

  test('redo leads back to where undo came from', () => {
    given(...twoTurns, moved(B, A, 'undo'))
      .when(decideMoveHistory, to('redo'))
      .gives(asked(A, B, 'redo'));
    given(...twoTurns)
      .when(decideMoveHistory, to('redo'))
      .isRefused('NothingToRedo');
  });

  test('undo twice, redo twice: where it began', () => {
    const { state } = given(
      ...twoTurns,
      moved(B, A, 'undo'),
      moved(A, ROOT, 'undo'),
      moved(ROOT, A, 'redo'),
      moved(A, B, 'redo'),
    );
    expect(state.history?.at).toBe(B);
  });

  test('a turn after an undo begins a branch, and the other one stays within reach', () => {
    const branched = [...twoTurns, moved(B, A, 'undo'), turn('turn-3', C, A)];
    given(...branched)
      .when(decideMoveHistory, to('redo'))
      .isRefused('NothingToRedo');
    given(...branched)
      .when(decideMoveHistory, to(B))
      .gives(asked(C, B, 'jump'));
  });

  test('redo leads towards the branch that was left last', () => {
    const branched = [...twoTurns, moved(B, A, 'undo'), turn('turn-3', C, A)];
    given(...branched, moved(C, A, 'undo'))
      .when(decideMoveHistory, to('redo'))
      .gives(asked(A, C, 'redo'));
    given(...branched, moved(C, B, 'jump'), moved(B, A, 'undo'))
      .when(decideMoveHistory, to('redo'))
      .gives(asked(A, B, 'redo'));
  });

  test('a jump to where the code is does nothing', () => {
    given(...twoTurns)
      .when(decideMoveHistory, to(B))
      .givesNothing();
  });

  test.each(['f'.repeat(40), 'constructor', '__proto__'])('%s is no commit of this session', (name) => {
    given(...twoTurns)
      .when(decideMoveHistory, to(name))
      .isRefused('CommitUnknown');
  });

  test('no move while the agent works, or will', () => {
    given(...twoTurns, submitted('turn-3'))
      .when(decideMoveHistory, to('undo'))
      .isRefused('TurnRunning');
    given(...twoTurns, submitted('turn-3'), turnStarted('turn-3'))
      .when(decideMoveHistory, to('undo'))
      .isRefused('TurnRunning');
  });

  test('one move at a time; the same one is asked for once', () => {
    const moving = [...twoTurns, asked(B, A, 'undo')];
    given(...moving)
      .when(decideMoveHistory, to('undo'))
      .givesNothing();
    given(...moving)
      .when(decideMoveHistory, { ...to('undo'), moveId: 'move-2' })
      .isRefused('MoveRunning');
  });

  test('a move that was given up on is over, and the next may come', () => {
    const gaveUp = [...twoTurns, asked(B, A, 'undo'), started('history_move'), parked('history_move')];
    expect(given(...gaveUp).state.history?.at).toBe(B);
    given(...gaveUp)
      .when(decideMoveHistory, { ...to('undo'), moveId: 'move-2' })
      .givesTypes('HistoryMoveRequested');
  });

  test('there is nothing to move before the session is ready', () => {
    given(planned(), sandboxUp()).when(decideMoveHistory, to('undo')).isRefused('NotReady');
  });

  test('the data goes along where that is asked for, as it was at the end of that turn', () => {
    given(...twoTurns)
      .when(decideMoveHistory, { ...to('undo'), data: 'restore' })
      .gives([
        {
          type: 'HistoryMoveRequested',
          data: { moveId: 'move-1', from: B, to: A, kind: 'undo', restore: 'turn-turn-1' },
        },
      ]);
  });

  test('or as it was when the code was there last; what it was before is chosen by its name', () => {
    const since = checkpointTaken('later', A, { reason: 'move' });
    const asking = { ...to(A), data: 'restore' } as const;
    const restored = (restore: string) => [
      expect.objectContaining({ data: expect.objectContaining({ to: A, restore }) }),
    ];
    given(...twoTurns, since)
      .when(decideMoveHistory, asking)
      .gives(restored('later'));
    given(...twoTurns, since)
      .when(decideMoveHistory, { ...asking, checkpointId: 'turn-turn-1' })
      .gives(restored('turn-turn-1'));
    given(...twoTurns, since)
      .when(decideMoveHistory, { ...asking, checkpointId: 'turn-turn-2' })
      .isRefused('DataNotKept');
  });

  test('the data alone may go back: to what it was when the code came to be what it is', () => {
    given(...twoTurns)
      .when(decideMoveHistory, { ...to(B), data: 'restore' })
      .givesTypes('HistoryMoveRequested');
  });

  test('data is restored only where it is still kept', () => {
    const newest = checkpointTaken('turn-turn-2', B, { dropped: ['turn-turn-1'] });
    given(...twoTurns, newest)
      .when(decideMoveHistory, { ...to('undo'), data: 'restore' })
      .isRefused('DataNotKept');
    given(...twoTurns, newest)
      .when(decideMoveHistory, to('undo'))
      .gives(asked(B, A, 'undo'));
  });
});

describe('a history stays a tree', () => {
  test('an agent that resets its branch has moved, and undo still ends at the template', () => {
    const { state } = given(...twoTurns, turn('turn-3', A, B));
    expect(state.history?.at).toBe(A);
    expect(state.history === undefined ? [] : lineage(state.history, B)).toEqual([B, A, ROOT]);
    given(...twoTurns, turn('turn-3', A, B))
      .when(decideMoveHistory, to('undo'))
      .gives(asked(A, ROOT, 'undo'));
  });

  test('a rebuilt sandbox stands where it was pushed last', () => {
    const { state } = given(...twoTurns, {
      type: 'SandboxWoken',
      data: { attemptId: 'x', agentSessionId: 's', envRestored: true, sha: A, runner: 'r' },
    });
    expect(state.history?.at).toBe(A);
  });
});
