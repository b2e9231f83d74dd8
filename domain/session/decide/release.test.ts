import { describe, expect, test } from 'vitest';
import { retryDelayMs } from '../../steps.ts';
import { given, type History } from '../../testing/given.ts';
import {
  attemptOf,
  closeRequested,
  parked,
  RUNNER,
  ready,
  readyWithout,
  released,
  started,
  submitted,
  T0,
  turnStarted,
} from '../../testing/histories.ts';
import type { SessionEvent } from '../events.ts';
import { dueSteps } from '../process-managers/due.ts';
import { stepOf } from '../state.ts';
import { decideChangeData } from './data.ts';
import { decideReleaseService, decideRetryReleases } from './resources.ts';
import { decideRecordOutcome, decideRetryService } from './steps.ts';

const asking = { now: T0, runner: RUNNER, exclusive: true };
const dueAfter = (...history: History) =>
  dueSteps(given(...history).state, asking).filter((step) => step !== 'push');
const asked = { type: 'ServiceReleaseRequested', data: { service: 'resend' } } as const;
const writtenWithout: SessionEvent = {
  type: 'EnvWritten',
  data: {
    attemptId: attemptOf('env_write'),
    version: 2,
    names: [],
    digest: 'd',
    services: ['posthog', 'neon', 'github'],
  },
};
const givenBack = [...ready(), asked, ...released('resend')];

describe('giving one service back', () => {
  test('is asked for once, and its release is due at once', () => {
    given(...ready())
      .when(decideReleaseService, { service: 'resend' })
      .gives([asked]);
    given(...ready(), asked)
      .when(decideReleaseService, { service: 'resend' })
      .givesNothing();
    expect(dueAfter(...ready(), asked)).toEqual(['release_resend']);
  });

  test('takes its lines out of the env file, and the session goes on', () => {
    expect(given(...givenBack).state).toMatchObject({
      status: 'open',
      steps: { resend: { status: 'skipped' } },
    });
    expect(given(...givenBack).state.provisioned.resend).toBeUndefined();
    expect(dueAfter(...givenBack)).toEqual(['env_write']);
    expect(dueAfter(...givenBack, started('env_write'), writtenWithout)).toEqual([]);
  });

  test('can be taken back: another is made, and released at the end like any other', () => {
    given(...givenBack)
      .when(decideRetryService, { service: 'resend' })
      .givesTypes('ServiceRetryRequested');
    const again = [...givenBack, { type: 'ServiceRetryRequested', data: { service: 'resend' } }] as const;
    expect(dueAfter(...again)).toContain('resend');
    expect(dueAfter(...givenBack, closeRequested)).toContain('release_resend');
  });

  test('is not asked for while it is being made, is not there, or an agent works with it', () => {
    given(...givenBack)
      .when(decideReleaseService, { service: 'resend' })
      .isRefused('ServiceNotThere');
    given(...ready(), submitted(), turnStarted())
      .when(decideReleaseService, { service: 'resend' })
      .isRefused('TurnRunning');
    given(...ready(), asked)
      .when(decideRetryService, { service: 'resend' })
      .isRefused('ServiceReleasing');
    given(...readyWithout('resend'))
      .when(decideReleaseService, { service: 'resend' })
      .givesTypes('ServiceReleaseRequested');
  });

  test('a release that was refused is tried again by its owner or an operator', () => {
    const stuck = [...ready(), asked, started('release_resend'), parked('release_resend')];
    expect(dueAfter(...stuck)).toEqual([]);
    given(...stuck)
      .when(decideReleaseService, { service: 'resend' })
      .gives([asked]);
    expect(dueAfter(...stuck, asked)).toEqual(['release_resend']);
    given(...stuck)
      .when(decideRetryReleases, { reason: 'mended' })
      .givesTypes('ReleaseRetryRequested');
  });

  test('a session that ends meanwhile releases it once', () => {
    const { state } = given(...ready(), asked, started('release_resend'), closeRequested);
    const outcome = [
      {
        type: 'ResourceReleased',
        data: { attemptId: attemptOf('release_resend'), service: 'resend' },
      },
    ] as const;
    const decided = decideRecordOutcome(
      { step: 'release_resend', attemptId: attemptOf('release_resend'), outcome },
      state,
      T0,
    );
    expect(decided).toEqual({ _tag: 'Right', right: outcome });
    const after = given(...ready(), asked, started('release_resend'), closeRequested, outcome).state;
    expect(stepOf(after, 'release_resend').status).toBe('done');
  });
});

describe("changing the app's data by hand", () => {
  test('is said first, where there is a database', () => {
    const change = { via: 'update', table: 'habits' } as const;
    given(...ready())
      .when(decideChangeData, change)
      .gives([{ type: 'DataChangeRequested', data: change }]);
    given(...readyWithout('neon'))
      .when(decideChangeData, change)
      .isRefused('ServiceNotThere');
    given(...ready(), closeRequested)
      .when(decideChangeData, change)
      .isRefused('SessionNotOpen');
  });
});

test('a release that has failed ten times is asked for every few minutes, any other attempt sooner', () => {
  expect(retryDelayMs(5, 1)).toBeLessThanOrEqual(30_000);
  expect(retryDelayMs(10, 1)).toBe(30_000);
  expect(retryDelayMs(11, 0)).toBeGreaterThan(60_000);
  expect(retryDelayMs(100, 1)).toBe(300_000);
});
