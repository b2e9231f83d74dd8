import { describe, expect, test } from 'vitest';
import { given, type History } from '../../testing/given.ts';
import {
  checkpointed,
  closeRequested,
  correctionRequested,
  failed,
  later,
  leaseRenewed,
  OTHER_RUNNER,
  parked,
  planned,
  ROOT,
  RUNNER,
  ready,
  said,
  sandboxUp,
  sha,
  skipped,
  slept,
  started,
  submitted,
  succeeded,
  T0,
  turn,
  turnCommitted,
  turnFinished,
  turnStarted,
} from '../../testing/histories.ts';
import { decideRecordTurn } from '../decide/turns.ts';
import type { SessionEvent } from '../events.ts';
import { evolve } from '../evolve.ts';
import { nextMoment } from './due.ts';
import { decideDueTurn, dueTurn, TURN_LEASE_MS, TURN_LIMIT_MS } from './turns.ts';

const asking = { now: T0, runner: RUNNER, exclusive: true };
const dueAfter = (...history: History) => dueTurn(given(...history).state, asking);

const cut = turnStarted('turn-1', { runner: OTHER_RUNNER });
const cutAgain = turnStarted('turn-1', { runner: OTHER_RUNNER, attempt: 2 });
const woken: SessionEvent = {
  type: 'SandboxWoken',
  data: { attemptId: 'wake#1', agentSessionId: 'again', envRestored: false, sha: ROOT, runner: RUNNER },
};
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
      dueAfter(
        ready(),
        submitted('first'),
        submitted('second'),
        turnStarted('first'),
        turnFinished('first'),
        checkpointed('turn-first', ROOT),
      ),
    ).toMatchObject({ kind: 'start', turnId: 'second' });
  });

  test('waits until the data is kept as the turn before has left it, but not for what has failed at that', () => {
    const first = [ready(), submitted('first'), turnStarted('first'), turnFinished('first')];
    const second = submitted('second');
    expect(dueAfter(...first, second)).toBeUndefined();
    expect(dueAfter(...first, started('checkpoint'), second)).toBeUndefined();
    for (const given of [failed('checkpoint'), parked('checkpoint'), skipped('checkpoint')])
      expect(dueAfter(...first, started('checkpoint'), given, second)).toMatchObject({ turnId: 'second' });
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
    expect(dueAfter(ready(), submitted(), cut, slept, woken)).toEqual({
      kind: 'start',
      turnId: 'turn-1',
      attempt: 2,
    });
  });

  test('may still be answered where the sandbox has outlived the server', () => {
    const asked = { kind: 'start', turnId: 'turn-1', attempt: 2, promptId: 'turn-1#1' } as const;
    expect(dueAfter(ready(), submitted(), cut)).toEqual(asked);
    expect(dueAfter(ready(), submitted(), cut, correctionRequested(1))).toEqual({
      ...asked,
      promptId: 'turn-1#1.1',
    });
    const committed = turnCommitted('turn-1', sha('a'), ROOT);
    expect(dueAfter(ready(), submitted(), cut, committed)).not.toHaveProperty('promptId');
  });

  test('goes on listening to the answer that is kept, and begins anew where it is not', () => {
    const command = { ...asking, turnId: 'turn-1', attemptId: 'second' };
    const begun = {
      turnId: 'turn-1',
      attemptId: 'second',
      attempt: 2,
      deadline: later(TURN_LIMIT_MS),
      runner: RUNNER,
    };
    given(ready(), submitted(), cut)
      .when(decideDueTurn, { ...command, heardOf: 'turn-1#1' })
      .gives([{ type: 'TurnStarted', data: { ...begun, resumes: 'answer', promptId: 'turn-1#1' } }]);
    given(ready(), submitted(), cut)
      .when(decideDueTurn, { ...command, heardOf: 'of a turn before' })
      .gives([{ type: 'TurnStarted', data: begun }]);
  });

  test('goes on with the checks where its work is committed and still stands', () => {
    given(ready(), submitted(), cut, turnCommitted('turn-1', sha('a'), ROOT))
      .when(decideDueTurn, { ...asking, turnId: 'turn-1', attemptId: 'second' })
      .gives([
        {
          type: 'TurnStarted',
          data: {
            turnId: 'turn-1',
            attemptId: 'second',
            attempt: 2,
            deadline: later(TURN_LIMIT_MS),
            runner: RUNNER,
            resumes: 'checks',
          },
        },
      ]);
  });

  test('does not wait for a checkpoint that waits for it', () => {
    const late = { type: 'ServiceRetryRequested', data: { service: 'neon' } } as const;
    const { state } = given(ready(), submitted(), cut, late, succeeded('neon'));
    expect(
      dueTurn({ ...state, checkpointDue: state.checkpointDue ?? sha('a') } as typeof state, asking),
    ).toMatchObject({
      kind: 'start',
      turnId: 'turn-1',
      attempt: 2,
    });
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
});

describe('a turn of one of several servers', () => {
  const shared = { ...asking, exclusive: false };
  const at = (ms: number) => ({ ...shared, now: later(ms) });
  const leased = turnStarted('turn-1', { runner: OTHER_RUNNER, leaseMs: TURN_LEASE_MS });
  const lately = (ms: number, ...events: readonly SessionEvent[]) =>
    events.reduce(
      (state, event) => evolve(state, event, later(ms)),
      given(ready(), submitted(), leased).state,
    );

  test('is its server’s until nothing was heard of it for a lease, and not until its deadline', () => {
    const { state } = given(ready(), submitted(), leased);
    expect(dueTurn(state, at(TURN_LEASE_MS - 1))).toBeUndefined();
    expect(dueTurn(state, at(TURN_LEASE_MS))).toMatchObject({ kind: 'start', attempt: 2 });
    expect(nextMoment(state, T0)).toBe(later(TURN_LEASE_MS));
  });

  test.each([
    ['what its agent says', said('turn-1')],
    ['a word that it is still at it', leaseRenewed(TURN_LEASE_MS)],
  ])('is kept by %s', (_, event) => {
    const state = lately(20_000, event);
    expect(dueTurn(state, at(TURN_LEASE_MS))).toBeUndefined();
    expect(dueTurn(state, at(20_000 + TURN_LEASE_MS))).toMatchObject({ attempt: 2 });
  });

  test('is not kept by what happens beside it', () => {
    const state = lately(20_000, submitted('turn-2'), started('push'));
    expect(dueTurn(state, at(TURN_LEASE_MS))).toMatchObject({ turnId: 'turn-1', attempt: 2 });
  });

  test('is anybody’s at once when its server stops, and that is not counted against it', () => {
    const handed = lately(1_000, leaseRenewed(0));
    expect(dueTurn(handed, at(1_000))).toMatchObject({ attempt: 2 });
    const again = evolve(
      handed,
      turnStarted('turn-1', { attempt: 2, runner: OTHER_RUNNER, leaseMs: TURN_LEASE_MS }),
      later(1_000),
    );
    expect(dueTurn(again, at(1_000 + TURN_LEASE_MS))).toMatchObject({ kind: 'start', attempt: 3 });
  });

  test('keeps to its deadline, however much is heard of it', () => {
    const state = lately(TURN_LIMIT_MS - 1_000, said('turn-1'));
    expect(dueTurn(state, at(TURN_LIMIT_MS))).toMatchObject({ attempt: 2 });
  });

  test('was begun by a release that knew no leases: until its deadline', () => {
    const { state } = given(ready(), submitted(), cut);
    expect(dueTurn(state, at(TURN_LIMIT_MS - 1))).toBeUndefined();
    expect(dueTurn(state, at(TURN_LIMIT_MS))).toMatchObject({ attempt: 2 });
  });

  test('is refused its outcome once another has taken it over', () => {
    given(ready(), submitted(), leased, turnStarted('turn-1', { attempt: 2, leaseMs: TURN_LEASE_MS }))
      .when(decideRecordTurn, { turnId: 'turn-1', attemptId: 'turn-1#1', facts: [turnFinished()] as never })
      .isRefused('AttemptSuperseded');
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
