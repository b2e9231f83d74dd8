import { describe, expect, test } from 'vitest';
import { given } from '../../testing/given.ts';
import {
  attemptOf,
  closeRequested,
  parked,
  planned,
  ROOT,
  RUNNER,
  ready,
  slept,
  started,
  succeeded,
  T0,
  wakeRequested,
} from '../../testing/histories.ts';
import { dueSteps } from '../process-managers/due.ts';
import { stepOf } from '../state.ts';
import { decideWake } from './life.ts';
import { decideNoteMissing, decideRetryReleases } from './resources.ts';
import { decideRetryService } from './steps.ts';

const asking = { now: T0, runner: RUNNER, exclusive: true };
const error = { code: 'resource_missing', message: 'Gone.', retryable: true };
const missing = (service: 'neon' | 'github') =>
  ({ type: 'ResourceMissing', data: { service, error } }) as const;

describe('what is no longer at its provider', () => {
  test('is said of what was there, while its session is open', () => {
    given(ready()).when(decideNoteMissing, { service: 'neon' }).givesTypes('ResourceMissing');
    given(planned(), started('neon')).when(decideNoteMissing, { service: 'neon' }).givesNothing();
    given(ready(), missing('neon')).when(decideNoteMissing, { service: 'neon' }).givesNothing();
    given(ready(), closeRequested).when(decideNoteMissing, { service: 'neon' }).givesNothing();
  });

  test('is not made again unasked: its owner decides', () => {
    const { state } = given(ready(), missing('neon'));
    expect(dueSteps(state, asking)).not.toContain('neon');
    given(ready(), missing('neon'))
      .when(decideRetryService, { service: 'neon' })
      .givesTypes('ServiceRetryRequested');
  });

  test('is not made again by a wake either', () => {
    const history = [ready(), missing('neon'), slept, wakeRequested];
    expect(dueSteps(given(...history).state, asking)).toEqual(['wake']);
    given(ready(), missing('neon')).when(decideWake, { reason: 'asked for' }).givesNothing();
  });

  test('comes back into the env file with its next version', () => {
    const retried = { type: 'ServiceRetryRequested', data: { service: 'neon' } } as const;
    const { state } = given(ready(), missing('neon'), retried, ...succeeded('neon'));
    expect(dueSteps(state, asking)).toContain('env_write');
  });

  test('a new repository has the code pushed to it', () => {
    const pushed = { type: 'CommitPushed', data: { attemptId: attemptOf('push'), sha: ROOT } } as const;
    const history = [ready(), started('push'), pushed, missing('github')];
    expect(dueSteps(given(...history).state, asking)).toEqual([]);
    expect(dueSteps(given(...history, ...succeeded('github')).state, asking)).toContain('push');
  });
});

describe('a release that was given up on', () => {
  const stuck = [ready(), closeRequested, started('release_neon'), parked('release_neon')];

  test('is due again once somebody asks for it', () => {
    const { state } = given(...stuck);
    expect(dueSteps(state, asking)).not.toContain('release_neon');
    given(...stuck)
      .when(decideRetryReleases, { reason: 'asked' })
      .givesTypes('ReleaseRetryRequested');
    const asked = given(...stuck, { type: 'ReleaseRetryRequested', data: { reason: 'asked' } });
    expect(stepOf(asked.state, 'release_neon').status).toBe('waiting');
    expect(dueSteps(asked.state, asking)).toContain('release_neon');
  });

  test('there has to be one', () => {
    given(ready(), closeRequested).when(decideRetryReleases, { reason: 'asked' }).givesNothing();
    given(ready(), parked('neon')).when(decideRetryReleases, { reason: 'asked' }).givesNothing();
  });
});
