import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { given, type History } from '../../testing/given.ts';
import {
  appUsed,
  attemptOf,
  checkpointed,
  claimed,
  closeRequested,
  later,
  parked,
  planned,
  REFUSED,
  ROOT,
  RUNNER,
  ready as readySession,
  readyWithout,
  sha,
  slept,
  started,
  submitted,
  T0,
  turn,
  turnFinished,
  turnStarted,
  wakeRequested,
} from '../../testing/histories.ts';
import { decideAbandon, decideNoteUse } from '../decide/life.ts';
import type { SessionEvent } from '../events.ts';
import { evolve } from '../evolve.ts';
import { dueSteps } from './due.ts';
import { KEEP_FOR_EVER, nextIdleMoment, type Presence, ROOM_AFTER_MS, toMakeRoom } from './idleness.ts';
import { dueTurn } from './turns.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** What a week comes to, since a third of a day of use may be unsaid. */
const A_WEEK = 7 * DAY + 8 * HOUR;
const policy = { sleepAfterMs: 15 * MINUTE, neverPromptedMs: HOUR, idleMs: 7 * DAY };
const A = sha('a');

const forked: SessionEvent = {
  type: 'SessionForked',
  data: { from: 'another', slug: 'another', commit: A, data: 'kept', title: 'Habits', version: 'First' },
};
const fileSaveRequested: SessionEvent = {
  type: 'FileSaveRequested',
  data: { saveId: 'save-1', path: 'src/app.tsx', base: null, from: ROOT, bytes: 10 },
};

const pushed = (commit: string) =>
  [started('push'), { type: 'CommitPushed', data: { attemptId: attemptOf('push'), sha: commit } }] as const;
const ready = [readySession(), pushed(ROOT)].flat();
const idle = [...ready, claimed(), turn('turn-1', A, ROOT), pushed(A)];

/** Everything in a history happened at `T0`; the question is asked so much later. */
const askedAfter = (ms: number, presence: Presence = {}) => ({
  now: later(ms),
  runner: RUNNER,
  exclusive: true,
  policy,
  presence,
});
const dueAfter = (ms: number, history: History, presence?: Presence) =>
  dueSteps(given(...history).state, askedAfter(ms, presence));

describe('a sandbox that nobody uses', () => {
  test('sleeps when its time has come, not before', () => {
    expect(dueAfter(15 * MINUTE - 1, idle)).toEqual([]);
    expect(dueAfter(15 * MINUTE, idle)).toEqual(['sleep']);
  });

  test('stays up as long as its preview is used', () => {
    expect(dueAfter(20 * MINUTE, idle, { seenAt: later(6 * MINUTE) })).toEqual([]);
    expect(dueAfter(21 * MINUTE, idle, { seenAt: later(6 * MINUTE) })).toEqual(['sleep']);
  });

  test.each<[string, History]>([
    ['stands in the pool', [...ready]],
    ['has a turn waiting', [...idle, submitted('turn-2')]],
    ['has a turn running', [...idle, submitted('turn-2'), turnStarted('turn-2')]],
    ['is booting', [planned(), claimed()]],
    ['sleeps already', [...idle, slept]],
    ['is being closed', [...idle, closeRequested]],
  ])('does not sleep while it %s', (_, history) => {
    expect(dueAfter(HOUR, history)).not.toContain('sleep');
  });

  test('pushes its last commit first, unless the repository has been given up on', () => {
    const unpushed: History = [...ready, claimed(), turn('turn-1', A, ROOT)];
    expect(dueAfter(HOUR, unpushed)).toEqual(['push']);
    expect(dueAfter(1_000, [...unpushed, started('push')])).toEqual([]);
    expect(dueAfter(HOUR, [...unpushed, parked('push')])).toEqual(['sleep']);
    expect(dueAfter(HOUR, [readyWithout('github'), claimed(), checkpointed('start', ROOT)])).toEqual([
      'sleep',
    ]);
  });

  test('never sleeps where that is switched off', () => {
    const asking = { ...askedAfter(DAY), policy: KEEP_FOR_EVER };
    expect(dueSteps(given(...idle).state, asking)).toEqual([]);
  });

  test('is looked at again at the very moment it may sleep', () => {
    const { state } = given(...idle);
    expect(nextIdleMoment(state, askedAfter(0))).toBe(later(15 * MINUTE));
    expect(nextIdleMoment(state, askedAfter(15 * MINUTE))).toBe(later(A_WEEK));
  });

  test('is not kept up by what the log is told of its use: whoever runs it has seen that, and when', () => {
    const told = evolve(given(...idle).state, appUsed, later(10 * MINUTE));
    expect(dueSteps(told, askedAfter(15 * MINUTE))).toEqual(['sleep']);
    const both = [told, given(...ready).state];
    expect(toMakeRoom(both, () => ({}), { now: later(10 * MINUTE), max: 1 })).toEqual([told.sessionId]);
    const stuck = given(...idle, started('sleep'), parked('sleep'), appUsed).state;
    expect(dueSteps(stuck, askedAfter(HOUR))).toEqual([]);
  });
});

describe('a sandbox on its way to sleep', () => {
  const going = [...idle, started('sleep')];

  test('begins nothing: what comes now waits for its wake', () => {
    const { state } = given(...going, submitted('turn-2'));
    expect(dueTurn(state, askedAfter(1_000))).toBeUndefined();
    expect(dueSteps(state, askedAfter(1_000))).toEqual([]);
    expect(dueAfter(1_000, [...going, submitted('turn-2'), slept])).toEqual(['wake']);
  });

  test('is put to sleep again when that was cut off, although it is wanted by now', () => {
    const cutOff = [...going, submitted('turn-2')];
    expect(dueAfter(HOUR, cutOff)).toEqual(['sleep']);
    expect(dueAfter(HOUR, [...cutOff, slept])).toEqual(['wake']);
  });

  test('is woken when somebody asks for it in that moment', () => {
    expect(dueAfter(1_000, [...going, wakeRequested, slept])).toEqual(['wake']);
  });

  test('and stays up when it cannot be, until it is idle another time', () => {
    const stuck = [...going, parked('sleep')];
    expect(dueAfter(HOUR, stuck)).toEqual([]);
    expect(dueAfter(HOUR, [...stuck, turn('turn-2', sha('b'), A), pushed(sha('b'))])).toEqual(['sleep']);
  });
});

describe('when more are awake than should be', () => {
  const session = (sessionId: string, ...history: History) => ({
    ...given(...history).state,
    sessionId,
  });
  const seen = (times: Readonly<Record<string, number>>) => (sessionId: string) => ({
    seenAt: later(times[sessionId] ?? 0),
  });
  const three = ['first', 'second', 'third'].map((sessionId) => session(sessionId, ...idle));
  const times = { first: 300_000, second: 100_000, third: 200_000 };

  test('those idle longest make room, as many as it takes', () => {
    const now = later(10 * MINUTE);
    expect(toMakeRoom(three, seen(times), { now, max: 2 })).toEqual(['second']);
    expect(toMakeRoom(three, seen(times), { now, max: 1 })).toEqual(['second', 'third']);
    expect(toMakeRoom(three, seen(times), { now, max: 3 })).toEqual([]);
    expect(toMakeRoom(three, seen(times), { now, max: 0 })).toEqual([]);
  });

  test('none that is in use, and none of the pool', () => {
    const now = later(300_000 + ROOM_AFTER_MS - 1);
    expect(toMakeRoom(three, seen(times), { now, max: 0.5 })).not.toContain('first');
    const busy = [
      session('pool', ...ready),
      session('works', ...idle, submitted('turn-2'), turnStarted('turn-2')),
      session('asleep', ...idle, slept),
    ];
    expect(toMakeRoom(busy, seen({}), { now: later(HOUR), max: 1 })).toEqual([]);
  });

  test('one that makes room sleeps long before its time', () => {
    expect(dueAfter(ROOM_AFTER_MS, idle, { crowded: true })).toEqual(['sleep']);
    expect(dueAfter(ROOM_AFTER_MS - 1, idle, { crowded: true })).toEqual([]);
  });
});

describe('a session is abandoned', () => {
  const abandon = (ms: number, presence: Presence = {}) => ({ now: later(ms), policy, presence });
  const closes = (reason: string) => [{ type: 'CloseRequested', data: { reason } }] as const;
  const NEVER = closes('abandoned: nothing was ever asked for');
  const UNUSED = closes('abandoned: not used for too long');

  test('an hour after its claim when nothing was ever asked for', () => {
    given(...ready, claimed())
      .when(decideAbandon, abandon(HOUR - 1))
      .givesNothing();
    given(...ready, claimed())
      .when(decideAbandon, abandon(HOUR))
      .gives(NEVER);
    given(...ready, claimed(), submitted())
      .when(decideAbandon, abandon(HOUR))
      .givesNothing();
  });

  test.each<[string, History]>([
    ['it is a fork', [forked]],
    ['a file was saved by hand', [fileSaveRequested]],
    [
      'a variable was replaced',
      [{ type: 'VariableReplaced', data: { name: 'A', replaceId: 'r', by: 'own' } }],
    ],
    ['its data was changed by hand', [{ type: 'DataChangeRequested', data: { via: 'sql', statement: 'x' } }]],
  ])('not so soon where %s, though its agent was never told anything', (_, events) => {
    const history = [...ready, claimed(), ...events];
    given(...history)
      .when(decideAbandon, abandon(A_WEEK - 1))
      .givesNothing();
    given(...history)
      .when(decideAbandon, abandon(A_WEEK))
      .gives(UNUSED);
  });

  test('not so soon where a quick page became a full app', () => {
    const asked: History = [planned({ mode: 'quick' }), claimed(), { type: 'UpgradeRequested', data: {} }];
    given(...asked)
      .when(decideAbandon, abandon(HOUR))
      .givesNothing();
    const failed: History = [...asked, { type: 'UpgradeFailed', data: { error: REFUSED } }];
    given(...failed)
      .when(decideAbandon, abandon(HOUR))
      .givesNothing();
  });

  test('a week after its last use, asleep or awake', () => {
    given(...idle)
      .when(decideAbandon, abandon(A_WEEK - 1))
      .givesNothing();
    given(...idle)
      .when(decideAbandon, abandon(A_WEEK))
      .gives(UNUSED);
    given(...idle, slept)
      .when(decideAbandon, abandon(A_WEEK))
      .gives(UNUSED);
  });

  test('not while its app is used by others, whether it was seen here or the log was told', () => {
    given(...idle)
      .when(decideAbandon, abandon(A_WEEK, { seenAt: later(DAY) }))
      .givesNothing();
    const told = evolve(given(...idle, slept).state, appUsed, later(DAY));
    expect(decideAbandon(abandon(A_WEEK + DAY - 1), told)).toEqual(E.right([]));
    expect(decideAbandon(abandon(A_WEEK + DAY), told)).toEqual(E.right(UNUSED));
  });

  test('not while its agent works', () => {
    given(...ready, claimed(), submitted(), turnStarted())
      .when(decideAbandon, abandon(30 * DAY))
      .givesNothing();
  });

  test('also when its message could never be run', () => {
    given(planned(), claimed(), submitted(), parked('vm_boot'))
      .when(decideAbandon, abandon(A_WEEK))
      .gives(UNUSED);
  });

  test('never in the pool, never twice, and never where that is switched off', () => {
    given(...ready)
      .when(decideAbandon, abandon(30 * DAY))
      .givesNothing();
    given(...idle, closeRequested)
      .when(decideAbandon, abandon(30 * DAY))
      .givesNothing();
    given(...idle)
      .when(decideAbandon, { ...abandon(30 * DAY), policy: KEEP_FOR_EVER })
      .givesNothing();
  });

  test('counted from the last thing that happened in it', () => {
    const { state } = given(...idle);
    expect(state.lastActivityAt).toBe(T0);
    expect(given(...idle, started('push')).state.lastActivityAt).toBe(T0);
    expect(given(...ready, claimed(), submitted(), turnFinished()).state.lastActivityAt).toBe(T0);
  });
});

describe('use of an app', () => {
  const QUICK = [planned({ mode: 'quick' }), claimed(), submitted()] as const;
  const noted = (ms: number, limits = policy) => ({ now: later(ms), policy: limits });

  test.each<[string, History]>([
    ['is awake', idle],
    ['sleeps', [...idle, slept]],
    ['is a quick page', QUICK],
  ])(
    'is told to the log once a third of a day has passed without a word of it, where it %s',
    (_, history) => {
      given(...history)
        .when(decideNoteUse, noted(8 * HOUR - 1))
        .givesNothing();
      given(...history)
        .when(decideNoteUse, noted(8 * HOUR))
        .gives([appUsed]);
      const told = evolve(given(...history).state, appUsed, later(8 * HOUR));
      expect(decideNoteUse(noted(16 * HOUR - 1), told)).toEqual(E.right([]));
    },
  );

  test('is told sooner where less than a day is waited for it', () => {
    const hours = { ...policy, idleMs: 3 * HOUR };
    given(...idle)
      .when(decideNoteUse, noted(HOUR, hours))
      .gives([appUsed]);
  });

  test('is told of nobody’s, of none that ends, and not where it would change nothing', () => {
    given(...ready)
      .when(decideNoteUse, noted(DAY))
      .givesNothing();
    given(...idle, closeRequested)
      .when(decideNoteUse, noted(DAY))
      .givesNothing();
    given(...idle)
      .when(decideNoteUse, noted(DAY, { ...policy, idleMs: 0 }))
      .givesNothing();
  });
});
