import { describe, expect, test } from 'vitest';
import { given, type History } from '../../testing/given.ts';
import {
  attemptOf,
  checkpointed,
  checkpointTaken,
  claimed,
  failed,
  later,
  OTHER_RUNNER,
  parked,
  planned,
  ROOT,
  RUNNER,
  ready,
  readyWithout,
  sha,
  started,
  submitted,
  T0,
  turn,
  turnStarted,
  wakeRequested,
} from '../../testing/histories.ts';
import type { SessionEvent } from '../events.ts';
import { dueSteps } from '../process-managers/due.ts';
import { dueTurn } from '../process-managers/turns.ts';
import { decideFork, decideRetryFork } from './fork.ts';
import { decideMoveHistory } from './history.ts';
import { decideWake } from './life.ts';

const SOURCE = [...ready(), claimed(), ...turn('one', sha('b'), ROOT), ...turn('two', sha('c'), sha('b'))];
const source = (...history: History) => given(SOURCE, ...history).state;

const forked = (data: 'kept' | 'empty' = 'kept'): SessionEvent => ({
  type: 'SessionForked',
  data: {
    from: 'tsrqponmlkjihgfedcba',
    slug: 'lkjihgfedcba',
    commit: sha('b'),
    data,
    ...(data === 'kept' ? { checkpointId: 'turn-one' } : {}),
    title: 'Habits',
    version: 'Streaks',
  },
});
const dataCame: readonly SessionEvent[] = [
  started('fork_data'),
  checkpointTaken('empty', ROOT, { attemptId: attemptOf('fork_data'), reason: 'fork' }),
  { type: 'DataForked', data: { attemptId: attemptOf('fork_data'), checkpointId: 'turn-one', tables: [] } },
];
const codeCame: readonly SessionEvent[] = [
  started('fork_code'),
  { type: 'CodeForked', data: { attemptId: attemptOf('fork_code'), sha: sha('b') } },
];
const kept = checkpointed('fork', sha('b'), { reason: 'start' });
const FORK = [...ready(), claimed(), forked()];
const now = { now: later(60_000), runner: RUNNER, exclusive: true };
const dueIn = (...history: History) => dueSteps(given(...history).state, { ...now, now: T0 });

describe('what a fork takes from the session it is of', () => {
  test('is the commit, and the newest of its data where that is to come along', () => {
    const { sessionId: from, slug } = source();
    expect(decideFork({ commit: sha('b'), data: 'kept' }, source())).toEqual({
      _tag: 'Right',
      right: { from, slug, commit: sha('b'), data: 'kept', checkpointId: 'turn-one' },
    });
    expect(decideFork({ commit: sha('b'), data: 'empty' }, source())).toEqual({
      _tag: 'Right',
      right: { from, slug, commit: sha('b'), data: 'empty' },
    });
  });

  test('is refused for a version there is not, for data that is not kept, and for a session that is over', () => {
    const refusalOf = (answer: ReturnType<typeof decideFork>) =>
      answer._tag === 'Left' ? answer.left.tag : answer;
    expect(refusalOf(decideFork({ commit: sha('9'), data: 'empty' }, source()))).toBe('CommitUnknown');
    const lost = checkpointTaken('later', sha('c'), { dropped: ['turn-one'] });
    expect(refusalOf(decideFork({ commit: sha('b'), data: 'kept' }, source(lost)))).toBe('NoDataToFork');
    const over: SessionEvent = { type: 'CloseRequested', data: { reason: 'deleted' } };
    expect(refusalOf(decideFork({ commit: sha('b'), data: 'empty' }, source(over)))).toBe('SessionNotOpen');
    const unfinished = given(FORK).state;
    expect(refusalOf(decideFork({ commit: ROOT, data: 'empty' }, unfinished))).toBe('ForkRunning');
  });
});

describe('a fork', () => {
  test('has its data brought over first, then its code, and then it is a session like any other', () => {
    expect(dueIn(FORK)).toEqual(['fork_data']);
    expect(dueIn(FORK, dataCame)).toEqual(['fork_code']);
    expect(dueIn(FORK, dataCame, codeCame)).toEqual(['checkpoint', 'push']);
    const { state } = given(FORK, dataCame, codeCame);
    expect(state.history).toEqual({ root: sha('b'), at: sha('b'), parentOf: {}, childOf: {} });
  });

  test('is never kept as it is in the middle of it, nor begun while it is kept as it was', () => {
    const unkept: SessionEvent = { type: 'SessionReady', data: { missing: [] } };
    const cold = [...ready().filter(({ type }) => type !== 'SessionReady'), claimed(), forked(), unkept];
    expect(dueIn(cold)).toEqual(['checkpoint']);
    expect(dueIn(cold, started('checkpoint'))).toEqual([]);
    expect(dueIn(cold, started('checkpoint'), failed('checkpoint'))).toEqual(['fork_data']);
    expect(dueIn(cold, started('checkpoint'), parked('checkpoint'), started('fork_data'))).toEqual([]);
    // Also where the server that had begun it is no more: whoever takes it over ends it first.
    const left = started('fork_data', { runner: OTHER_RUNNER });
    expect(dueIn(cold, started('checkpoint'), failed('checkpoint'), left)).toEqual(['fork_data']);
  });

  test('without data has its code brought over at once', () => {
    expect(dueIn(ready(), claimed(), forked('empty'))).toEqual(['fork_code']);
  });

  test('waits for its boot, and for no database that it does not have', () => {
    expect(dueIn(planned(), claimed(), forked())).not.toContain('fork_data');
    expect(dueIn(readyWithout('neon'), claimed(), forked())).toContain('fork_code');
  });

  test('has its code all the same where the data keeps failing, or is given up on', () => {
    const twice = [started('fork_data'), failed('fork_data'), started('fork_data', { attempt: 2 })];
    expect(dueIn(FORK, twice, failed('fork_data', 2))).toEqual(['fork_code']);
    expect(dueIn(FORK, started('fork_data'), parked('fork_data'))).toEqual(['fork_code']);
  });

  test('runs no turn before it has what it was forked with, or that was given up on', () => {
    const turnIn = (...history: History) => dueTurn(given(...history).state, now)?.kind;
    expect(turnIn(FORK, submitted())).toBeUndefined();
    expect(turnIn(FORK, dataCame, submitted())).toBeUndefined();
    expect(turnIn(FORK, dataCame, codeCame, kept, submitted())).toBe('start');
    const without = [started('fork_data'), parked('fork_data'), started('fork_code'), parked('fork_code')];
    expect(turnIn(FORK, without, submitted())).toBe('start');
  });

  test('moves nowhere meanwhile', () => {
    given(FORK)
      .when(decideMoveHistory, { moveId: 'm', to: { sha: ROOT }, data: 'restore' })
      .isRefused('ForkRunning');
  });

  test('never has its data replaced once a turn has run', () => {
    const worked = [started('fork_data'), parked('fork_data'), codeCame, submitted(), turnStarted()];
    expect(dueIn(FORK, ...worked)).not.toContain('fork_data');
    given(FORK, ...worked)
      .when((_: null, state) => decideRetryFork(state), null)
      .isRefused('ForkInUse');
  });

  test('is brought over once more when its owner asks, and not when somebody only comes back', () => {
    const without = [started('fork_data'), parked('fork_data'), codeCame] as const;
    const retry = (_: null, state: Parameters<typeof decideRetryFork>[0]) => decideRetryFork(state);
    given(FORK, ...without)
      .when(retry, null)
      .gives([{ type: 'ForkRetryRequested', data: {} }]);
    expect(dueIn(FORK, ...without, kept, { type: 'ForkRetryRequested', data: {} })).toContain('fork_data');
    given(FORK, ...without)
      .when(decideWake, { reason: 'asked for' })
      .givesNothing();
    expect(dueIn(FORK, ...without, wakeRequested)).not.toContain('fork_data');
    given(FORK, dataCame, codeCame).when(retry, null).isRefused('NothingToBring');
    given(ready(), claimed()).when(retry, null).isRefused('NothingToBring');
  });

  test('is not brought over again where what is missing is gone for good, but for the rest of it', () => {
    const retry = (_: null, state: Parameters<typeof decideRetryFork>[0]) => decideRetryFork(state);
    const gone: SessionEvent = {
      type: 'StepParked',
      data: {
        step: 'fork_data',
        attempt: 1,
        error: { code: 'checkpoint_missing', message: 'It is no longer there.', retryable: false },
      },
    };
    given(FORK, started('fork_data'), gone, codeCame).when(retry, null).isRefused('ForkGone');
    given(FORK, started('fork_data'), gone, started('fork_code'), parked('fork_code'))
      .when(retry, null)
      .gives([{ type: 'ForkRetryRequested', data: {} }]);
  });

  test('whose sandbox is lost before it was pushed has its code brought over again', () => {
    const lost: readonly SessionEvent[] = [
      { type: 'SandboxLost', data: { reason: 'its host is gone' } },
      started('wake'),
      {
        type: 'SandboxWoken',
        data: {
          attemptId: attemptOf('wake'),
          agentSessionId: 'agent',
          envRestored: true,
          sha: sha('d'),
          runner: RUNNER,
        },
      },
    ];
    expect(dueIn(FORK, dataCame, codeCame, kept, lost)).toContain('fork_code');
  });
});
