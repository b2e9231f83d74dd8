import type { SessionEvent } from '../../../domain/session/events.ts';
import { booted, kept, planned, REFUSED, RUNNER, sha, started } from './parts.ts';

export const DATA = 'd47ad47ad47ad47ad47a';

/** A session whose data is kept at each turn, given up for newer, and restored with a move. */
export const data: readonly SessionEvent[] = [
  planned(DATA, 'visitor'),
  ...booted(DATA),
  { type: 'SessionReady', data: { missing: [] } },
  started('checkpoint'),
  kept('empty', 'a', { reason: 'start', bytes: 0, tables: [] }),
  { type: 'TurnSubmitted', data: { turnId: 'turn-1', prompt: 'A habit tracker, please.' } },
  {
    type: 'TurnStarted',
    data: {
      turnId: 'turn-1',
      attemptId: 't#1',
      attempt: 1,
      deadline: '2026-01-05T10:00:00.000Z',
      runner: RUNNER,
    },
  },
  {
    type: 'TurnCommitted',
    data: {
      turnId: 'turn-1',
      attemptId: 't#1',
      sha: sha('b'),
      parent: sha('a'),
      title: 'A habit tracker, please.',
      changed: [{ path: 'src/habits.tsx', status: 'added' }],
    },
  },
  { type: 'TurnFinished', data: { turnId: 'turn-1', attemptId: 't#1', stopReason: 'end_turn' } },
  started('checkpoint'),
  kept('turn-turn-1', 'b', {}),
  {
    type: 'HistoryMoveRequested',
    data: { moveId: 'move-1', from: sha('b'), to: sha('a'), kind: 'undo', restore: 'empty' },
  },
  started('history_move'),
  kept('move-1', 'b', { attemptId: 'history_move#1', reason: 'move', dropped: ['turn-turn-1'] }),
  {
    type: 'HistoryMoved',
    data: {
      attemptId: 'history_move#1',
      from: sha('b'),
      to: sha('a'),
      kind: 'undo',
      data: 'restored',
      checkpointId: 'empty',
    },
  },
];

export const FORK = 'f04cf04cf04cf04cf04c';

/** A session that was forked from another, whose data came over at the second attempt; and what is tried once more. */
export const fork: readonly SessionEvent[] = [
  planned(FORK, 'pool'),
  ...booted(FORK),
  { type: 'SessionReady', data: { missing: [] } },
  { type: 'SandboxClaimed', data: { source: 'pool', owner: 'uid-dan', keyDigest: 'f4'.repeat(32) } },
  {
    type: 'SessionForked',
    data: {
      from: DATA,
      slug: 'd47ad47ad47a',
      commit: sha('b'),
      data: 'kept',
      checkpointId: 'turn-turn-1',
      title: 'A habit tracker, please.',
      version: 'Streaks for every habit',
    },
  },
  started('fork_data'),
  { type: 'StepParked', data: { step: 'fork_data', attempt: 1, error: REFUSED } },
  started('fork_code'),
  { type: 'CodeForked', data: { attemptId: 'fork_code#1', sha: sha('b') } },
  { type: 'ForkRetryRequested', data: {} },
  started('fork_data', 2),
  kept('empty', 'b', { attemptId: 'fork_data#2', reason: 'fork', bytes: 0, tables: [] }),
  {
    type: 'DataForked',
    data: {
      attemptId: 'fork_data#2',
      checkpointId: 'turn-turn-1',
      tables: [{ name: 'habits', rows: 2 }],
    },
  },
];
