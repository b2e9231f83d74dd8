import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { given } from '../testing/given.ts';
import {
  checkpointed,
  checkpointTaken,
  failed,
  later,
  moved,
  OUTAGE,
  outcome,
  parked,
  planned,
  ROOT,
  ready,
  readyWithout,
  sha,
  started,
  submitted,
  T0,
  turn,
  turnCommitted,
  turnFinished,
  turnStarted,
} from '../testing/histories.ts';
import { SEED } from '../testing/reach.ts';
import { checkpointOf, MAX_COPIES, MAX_COPIES_BYTES, toDrop } from './checkpoints.ts';
import type { SessionEvent } from './events.ts';
import { dueSteps } from './process-managers/due.ts';
import { stepOf } from './state.ts';

const [A, B] = [sha('a'), sha('b')];
const asking = { now: T0, runner: 'runner-one', exclusive: true };
const due = (...history: readonly (SessionEvent | readonly SessionEvent[])[]) => {
  const { state } = given(...history);
  return dueSteps(state, asking).includes('checkpoint') ? state.checkpointDue : undefined;
};
const one = [ready(), submitted('one'), turnStarted('one'), turnCommitted('one', A, ROOT)] as const;

describe('a checkpoint is due', () => {
  test('before the first turn, and after each', () => {
    const booted = ready().slice(0, -2);
    expect(due(...booted)).toEqual({ checkpointId: 'start', sha: ROOT, reason: 'start' });
    expect(due(ready())).toBeUndefined();
    expect(due(...one)).toBeUndefined();
    expect(due(...one, turnFinished('one'))).toEqual({ checkpointId: 'turn-one', sha: A, reason: 'turn' });
    expect(due(...one, turnFinished('one'), checkpointed('turn-one', A))).toBeUndefined();
  });

  test('also after a turn that changed no file, or failed: it may have changed the data', () => {
    const running = [ready(), submitted('one'), turnStarted('one')] as const;
    expect(due(...running, turnFinished('one'))).toMatchObject({ sha: ROOT });
    expect(due(...running, { type: 'TurnFailed', data: { turnId: 'one', error: OUTAGE } })).toBeDefined();
    expect(due(...running, { type: 'TurnCancelled', data: { turnId: 'one' } })).toBeDefined();
  });

  test('not after one that was cancelled before it began', () => {
    const cancelled = { type: 'TurnCancelled', data: { turnId: 'one' } } as const;
    expect(due(ready(), submitted('one'), cancelled)).toBeUndefined();
  });

  test('not without a database; once there is one, of what it is then', () => {
    expect(due(readyWithout('neon'))).toBeUndefined();
    expect(due(readyWithout('neon'), started('neon'), outcome('neon'))).toMatchObject({ reason: 'start' });
  });

  test('no longer when the next turn has begun: the data is no longer what it was', () => {
    const failing = [...one, turnFinished('one'), started('checkpoint'), parked('checkpoint')] as const;
    const { state } = given(...failing, submitted('two'), turnStarted('two'));
    expect(state.checkpointDue).toBeUndefined();
    expect(stepOf(state, 'checkpoint').status).toBe('waiting');
  });

  const MOVE: SessionEvent = {
    type: 'HistoryMoveRequested',
    data: { moveId: 'm', from: A, to: ROOT, kind: 'undo' },
  };

  test('before a move that was asked for, which waits for it', () => {
    const { state } = given(...one, turnFinished('one'), MOVE);
    expect(dueSteps(state, asking)).toEqual(['checkpoint']);
  });

  test('not beside a move, which does not wait for one that failed', () => {
    const { state } = given(...one, turnFinished('one'), started('checkpoint'), failed('checkpoint'), MOVE);
    expect(dueSteps(state, { ...asking, now: later(60_000) })).toEqual(['history_move']);
  });
});

describe('the data of a commit', () => {
  const kept = (...history: readonly (SessionEvent | readonly SessionEvent[])[]) =>
    given(...history).state.checkpoints;

  test('is what it was when the code was last there', () => {
    const history = [...one, turnFinished('one'), checkpointed('turn-one', A)] as const;
    const since = [...history, moved(A, ROOT, 'undo'), checkpointTaken('left', A, { reason: 'move' })];
    expect(checkpointOf(kept(...history), A)?.checkpointId).toBe('turn-one');
    expect(checkpointOf(kept(...since), A)?.checkpointId).toBe('left');
    expect(checkpointOf(kept(...since), A, 'turn-one')?.checkpointId).toBe('turn-one');
    expect(checkpointOf(kept(...since), B)).toBeUndefined();
  });

  test('is shared with the commit before where a turn has changed none', () => {
    const history = [ready(), turn('one', A, ROOT), checkpointTaken('turn-turn-1', B)];
    expect(kept(...history, checkpointTaken('turn-turn-1', B)).map(({ sha: at }) => at)).toEqual([
      ROOT,
      A,
      B,
    ]);
  });

  test('is gone with the database', () => {
    const lost = { type: 'ResourceMissing', data: { service: 'neon', error: OUTAGE } } as const;
    expect(kept(ready(), turn('one', A, ROOT), lost)).toEqual([]);
    expect(due(planned(), lost)).toBeUndefined();
  });
});

describe('what is given up for another', () => {
  const copies = (many: number, bytes = 1) =>
    Array.from({ length: many }, (_, n) => ({ checkpointId: `c${n}`, sha: `s${n}`, at: T0, bytes }));
  const next = { checkpointId: 'next', bytes: 1 };

  test('is nothing while there is room', () => {
    expect(toDrop(copies(MAX_COPIES - 1), next)).toEqual([]);
  });

  test('is the oldest, as many as it takes', () => {
    expect(toDrop(copies(MAX_COPIES), next)).toEqual(['c0']);
    expect(toDrop(copies(5), next, { most: 3 })).toEqual(['c0', 'c1', 'c2']);
    expect(toDrop(copies(3, MAX_COPIES_BYTES / 2), next)).toEqual(['c0', 'c1']);
  });

  test('is not one that was shared a moment ago, nor one that a move is about to restore', () => {
    const [oldest, ...rest] = copies(3);
    const shared = [...rest, { ...rest[0], ...oldest, sha: 'newer' }] as ReturnType<typeof copies>;
    expect(toDrop(shared, next, { most: 3 })).toEqual(['c1']);
    expect(toDrop(copies(3), next, { most: 3, needed: 'c0' })).toEqual(['c1']);
  });

  test('leaves no more than may be, and never the one that was taken (any sizes)', () => {
    const size = fc.integer({ min: 0, max: MAX_COPIES_BYTES });
    fc.assert(
      fc.property(fc.array(size, { maxLength: 40 }), size, (sizes, bytes) => {
        const before = sizes.map((taken, n) => ({
          checkpointId: `c${n}`,
          sha: `s${n}`,
          at: T0,
          bytes: taken,
        }));
        const dropped = toDrop(before, { checkpointId: 'next', bytes });
        const left = before.filter(({ checkpointId }) => !dropped.includes(checkpointId));
        expect(dropped).not.toContain('next');
        expect(left.length).toBeLessThan(MAX_COPIES);
        const total = left.reduce((sum, copy) => sum + copy.bytes, bytes);
        expect(left.length === 0 || total <= MAX_COPIES_BYTES).toBe(true);
      }),
      { seed: SEED },
    );
  });
});
