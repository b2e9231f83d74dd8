import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyHistory, EVENT_TYPES, eventsOfType } from '../testing/arbitrary-events.ts';
import { given } from '../testing/given.ts';
import {
  claimed,
  later,
  outcome,
  planned,
  RUNNER,
  ready,
  sandboxUp,
  servicesUp,
  slept,
  started,
  submitted,
  succeeded,
  T0,
  turnStarted,
} from '../testing/histories.ts';
import { holds } from '../testing/property.ts';
import type { SessionEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { dueSteps, nextMoment } from './process-managers/due.ts';
import { dueTurn } from './process-managers/turns.ts';
import { noSession, stepOf } from './state.ts';

describe('a session as its events say', () => {
  test('a step carries when it started and ended, and which attempt it was', () => {
    const state = [planned(), started('neon', { attempt: 3 }), outcome('neon')].reduce(
      (folded, event, index) => evolve(folded, event, later(index * 1_000)),
      noSession,
    );
    expect(stepOf(state, 'neon')).toEqual({
      status: 'done',
      attempt: 3,
      startedAt: later(1_000),
      endedAt: later(2_000),
    });
  });

  test('a sandbox that goes before its session is ready takes its steps along, and none of the services', () => {
    const { state } = given(planned(), servicesUp(), sandboxUp(), succeeded('env_write'), slept);
    const doneSteps = Object.entries(state.steps).filter(([, step]) => step.status === 'done');
    expect(doneSteps.map(([name]) => name).sort()).toEqual(['github', 'neon', 'posthog', 'resend']);
    expect(state.sandbox).toEqual({ status: 'starting', wakeRequested: false });
    expect(state.history).toBeUndefined();
  });

  test('a sandbox that goes afterwards is asleep, and everything else stays', () => {
    const { state } = given(ready(), claimed(), slept);
    expect(state).toMatchObject({ readyAt: T0, sandbox: { status: 'asleep' }, env: { version: 1 } });
    expect(stepOf(state, 'git_setup').status).toBe('done');
  });

  test('a turn that was asked to stop keeps being asked when its next attempt starts', () => {
    const { state } = given(
      ready(),
      submitted(),
      turnStarted(),
      { type: 'TurnCancelRequested', data: { turnId: 'turn-1' } },
      turnStarted('turn-1', { attempt: 2 }),
    );
    expect(state.turns).toMatchObject([{ status: 'cancelling', attempt: 2, attemptId: 'turn-1#2' }]);
  });

  test('an event of a type this version does not know changes nothing', () => {
    const { state } = given(ready());
    const unknown = { type: 'SomethingNew', data: { sessionId: 'x' } } as unknown as SessionEvent;
    expect(evolve(state, unknown, T0)).toBe(state);
  });
});

describe('whatever has been recorded can be folded', () => {
  test.each(EVENT_TYPES)('%s, also as the very first event', (type) => {
    for (const event of fc.sample(eventsOfType(type), 20)) {
      expect(evolve(noSession, event, T0)).toBeDefined();
    }
  });

  holds(
    'a random history is folded, and asked what is due, without an end that is not reached',
    [anyHistory],
    (events) => {
      const asking = { now: T0, runner: RUNNER, exclusive: true };
      let state = noSession;
      for (const [index, event] of events.entries()) {
        const before = JSON.stringify(state);
        const next = evolve(state, event, later(index));
        expect(JSON.stringify(state)).toBe(before);
        state = next;
        dueSteps(state, asking);
        dueTurn(state, asking);
        expect((nextMoment(state, T0) ?? later(1)) > T0).toBe(true);
      }
    },
    { runs: 300 },
  );
});
