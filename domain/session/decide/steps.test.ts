import { describe, expect, test } from 'vitest';
import { given } from '../../testing/given.ts';
import {
  attemptOf,
  closed,
  closeRequested,
  failed,
  later,
  OTHER_RUNNER,
  OUTAGE,
  outcome,
  parked,
  planned,
  REFUSED,
  RUNNER,
  ready,
  readyWithout,
  released,
  releasedAll,
  sandboxUp,
  servicesUp,
  skipped,
  started,
  succeeded,
  T0,
} from '../../testing/histories.ts';
import { evolve } from '../evolve.ts';
import { dueSteps } from '../process-managers/due.ts';
import { noSession, stepOf } from '../state.ts';
import { decideRecordFailure, decideRecordOutcome, decideRetryService, decideStartSteps } from './steps.ts';

const asking = { now: T0, runner: RUNNER, exclusive: true };
const start = (...steps: readonly ('vm_boot' | 'neon' | 'acp_init')[]) => ({
  ...asking,
  attempts: steps.map((step) => ({ step, attemptId: `new-${step}` })),
});

describe('starting steps', () => {
  test('each intent says who runs it and until when', () => {
    given(planned())
      .when(decideStartSteps, start('neon'))
      .gives([
        {
          type: 'StepStarted',
          data: { step: 'neon', attemptId: 'new-neon', attempt: 1, deadline: later(30_000), runner: RUNNER },
        },
      ]);
  });

  test('what is not due at this very state is left out, and nothing at all is a refusal', () => {
    given(planned()).when(decideStartSteps, start('vm_boot', 'acp_init')).givesTypes('StepStarted');
    given(planned()).when(decideStartSteps, start('acp_init')).isRefused('StepNotDue');
    given(planned(), started('neon')).when(decideStartSteps, start('neon')).isRefused('StepNotDue');
  });

  test('an attempt that ran out of time counts, one whose server was killed does not', () => {
    const taken = given(planned(), started('neon', { attempt: 2, runner: OTHER_RUNNER }));
    const attempt = (number: number) => [
      expect.objectContaining({ data: expect.objectContaining({ attempt: number }) }),
    ];
    taken.when(decideStartSteps, { ...start('neon'), now: later(30_000) }).gives(attempt(3));
    taken.when(decideStartSteps, start('neon')).gives(attempt(2));
  });
});

describe('recording an outcome', () => {
  const record = (step: 'neon' | 'env_write' | 'vm_boot', attempt = 1) => ({
    step,
    attemptId: attemptOf(step, attempt),
    outcome: [outcome(step, { attemptId: attemptOf(step, attempt) })],
  });

  test('of the attempt that runs', () => {
    given(planned(), started('neon')).when(decideRecordOutcome, record('neon')).givesTypes('NeonProvisioned');
  });

  test.each([
    ['of an attempt that was taken over', [started('neon'), started('neon', { attempt: 2 })]],
    ['of an attempt that has failed', [started('neon'), failed('neon')]],
    ['a second time', [started('neon'), outcome('neon')]],
  ])('%s is refused', (_, history) => {
    given(planned(), ...history)
      .when(decideRecordOutcome, record('neon'))
      .isRefused('AttemptSuperseded');
  });

  test('the last one needed makes the session ready, in the same append', () => {
    given(planned(), servicesUp(), sandboxUp(), started('env_write'))
      .when(decideRecordOutcome, record('env_write'))
      .gives([outcome('env_write'), { type: 'SessionReady', data: { missing: [] } }]);
  });

  test('a session is ready once', () => {
    given(readyWithout('neon'), servicesUp(['neon']), started('env_write', { attempt: 2 }))
      .when(decideRecordOutcome, record('env_write', 2))
      .givesTypes('EnvWritten');
  });

  test('what the env file does not hold is missing', () => {
    const services = ['posthog', 'neon', 'github'] as const;
    given(planned(), servicesUp(services), skipped('resend'), sandboxUp(), started('env_write'))
      .when(decideRecordOutcome, {
        step: 'env_write',
        attemptId: attemptOf('env_write'),
        outcome: [outcome('env_write', { services })],
      })
      .givesTypes('EnvWritten', 'SessionReady');
  });

  test('what was lost while the env file was being written is not in it', () => {
    const error = { ...OUTAGE, code: 'resource_missing' };
    const lost = { type: 'ResourceMissing', data: { service: 'resend', error } } as const;
    given(planned(), servicesUp(), sandboxUp(), started('env_write'), lost)
      .when(decideRecordOutcome, record('env_write'))
      .gives([
        outcome('env_write', { services: ['posthog', 'neon', 'github'] }),
        { type: 'SessionReady', data: { missing: ['resend'] } },
      ]);
  });

  test('nor is what was made anew meanwhile: the file is due again', () => {
    const written = [planned(), ...servicesUp(), ...sandboxUp(), started('env_write')];
    const before = written.reduce((state, event) => evolve(state, event, T0), noSession);
    const anew = succeeded('resend').reduce((state, event) => evolve(state, event, later(1)), before);
    const decided = decideRecordOutcome(record('env_write'), anew, later(2));
    expect(decided).toMatchObject({ right: [{ data: { services: ['posthog', 'neon', 'github'] } }, {}] });
  });

  test('a session that is being closed does not become ready', () => {
    given(planned(), servicesUp(), sandboxUp(), started('env_write'), closeRequested)
      .when(decideRecordOutcome, record('env_write'))
      .givesTypes('EnvWritten');
  });

  test('the last resource released closes the session', () => {
    const history = [planned(), closeRequested, releasedAll().slice(0, -1)];
    given(...history)
      .when(decideRecordOutcome, {
        step: 'release_github',
        attemptId: attemptOf('release_github'),
        outcome: released('github').slice(1),
      })
      .givesTypes('ResourceReleased', 'SessionClosed');
  });
});

describe('what was still under way in a session that has been closed', () => {
  const over = given(
    planned(),
    servicesUp(),
    sandboxUp(),
    started('env_write'),
    closeRequested,
    releasedAll(),
    closed,
    started('forget'),
  );
  const of = (step: 'env_write' | 'forget') => ({ step, attemptId: attemptOf(step) });

  test('is no longer recorded, whichever way it ends', () => {
    over
      .when(decideRecordOutcome, { ...of('env_write'), outcome: [outcome('env_write')] })
      .isRefused('AttemptSuperseded');
    over
      .when(decideRecordFailure, { ...of('env_write'), error: OUTAGE, jitter: 0.5, now: T0 })
      .isRefused('AttemptSuperseded');
  });

  test('but for its end', () => {
    over
      .when(decideRecordFailure, { ...of('forget'), error: OUTAGE, jitter: 0.5, now: T0 })
      .givesTypes('StepFailed');
  });
});

test('what was made after all, and after its release, is not had', () => {
  given(planned(), started('neon'), closeRequested, released('neon'))
    .when(decideRecordOutcome, { step: 'neon', attemptId: attemptOf('neon'), outcome: [outcome('neon')] })
    .isRefused('AttemptSuperseded');
});

describe('recording a failure', () => {
  const failure = (attempt: number, error: typeof OUTAGE & { retryAfterMs?: number } = OUTAGE) => ({
    step: 'neon' as const,
    attemptId: attemptOf('neon', attempt),
    error,
    jitter: 0.5,
    now: T0,
  });

  test.each([
    [1, 375],
    [2, 750],
    [3, 1_500],
    [4, 3_000],
  ])('attempt %i is followed by another after %i ms', (attempt, ms) => {
    given(planned(), started('neon', { attempt }))
      .when(decideRecordFailure, failure(attempt))
      .gives([failed('neon', attempt, later(ms))]);
  });

  test('never sooner than the provider asked for, and what it asked for is not part of the error', () => {
    given(planned(), started('neon'))
      .when(decideRecordFailure, failure(1, { ...OUTAGE, retryAfterMs: 9_000 }))
      .gives([failed('neon', 1, later(9_000))]);
  });

  test('after the fifth it is parked', () => {
    given(planned(), started('neon', { attempt: 5 }))
      .when(decideRecordFailure, failure(5))
      .gives([parked('neon', 5)]);
  });

  test('what no retry can mend is parked at once', () => {
    given(planned(), started('neon'))
      .when(decideRecordFailure, failure(1, REFUSED))
      .gives([{ type: 'StepParked', data: { step: 'neon', attempt: 1, error: REFUSED } }]);
  });

  test('a release is tried for as long as an outage lasts, in the end every five minutes', () => {
    given(ready(), closeRequested, started('release_neon', { attempt: 40 }))
      .when(decideRecordFailure, {
        step: 'release_neon',
        attemptId: attemptOf('release_neon', 40),
        error: OUTAGE,
        jitter: 1,
        now: T0,
      })
      .gives([failed('release_neon', 40, later(300_000))]);
  });

  test('of an attempt that was taken over it is refused', () => {
    given(planned(), started('neon'), started('neon', { attempt: 2 }))
      .when(decideRecordFailure, failure(1))
      .isRefused('AttemptSuperseded');
  });
});

describe('retrying a service', () => {
  const RETRY = { service: 'neon' } as const;
  const retried = [{ type: 'ServiceRetryRequested', data: RETRY }] as const;

  test.each([
    ['was given up on', parked('neon')],
    ['has failed', failed('neon')],
    ['was not configured', skipped('neon')],
  ])('one that %s starts over', (_, event) => {
    given(planned(), event).when(decideRetryService, RETRY).gives(retried);
    const counted = given(planned(), event, ...retried);
    counted
      .when(decideStartSteps, start('neon'))
      .gives([expect.objectContaining({ data: expect.objectContaining({ attempt: 1 }) })]);
  });

  test('one that works is left alone', () => {
    given(ready()).when(decideRetryService, RETRY).isRefused('ServiceNotFailed');
  });

  describe('when the env file was given up on', () => {
    const envGivenUp = [
      planned(),
      ...servicesUp(),
      ...sandboxUp(),
      started('env_write'),
      parked('env_write'),
    ];

    test('one whose lines are not in it starts over, and the file is written again', () => {
      const again = given(...envGivenUp).when(decideRetryService, RETRY);
      again.gives(retried);
      expect(dueSteps(given(...envGivenUp, ...retried).state, asking)).toEqual(['neon']);
      const there = given(...envGivenUp, ...retried, ...succeeded('neon'));
      expect(dueSteps(there.state, asking)).toEqual(['env_write']);
    });

    test('so it is after another service was asked for', () => {
      const { state } = given(...readyWithout('neon'), parked('env_write'), ...retried);
      expect(stepOf(state, 'env_write').status).toBe('waiting');
    });

    test('one whose lines are in it works, and is left alone', () => {
      given(...ready(), parked('env_write'))
        .when(decideRetryService, RETRY)
        .isRefused('ServiceNotFailed');
    });
  });

  test('one that is under way goes on', () => {
    given(planned(), started('neon')).when(decideRetryService, RETRY).givesNothing();
  });

  test('nothing is retried in a session that is being closed', () => {
    given(readyWithout('neon'), closeRequested).when(decideRetryService, RETRY).isRefused('SessionNotOpen');
  });
});
