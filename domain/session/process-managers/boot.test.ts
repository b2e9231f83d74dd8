import { describe, expect, test } from 'vitest';
import { SERVICES } from '../../services.ts';
import type { StepName } from '../../steps.ts';
import { given, type History } from '../../testing/given.ts';
import {
  checkpointed,
  failed,
  later,
  outcome,
  parked,
  planned,
  ROOT,
  RUNNER,
  ready,
  readyWithout,
  sandboxUp,
  servicesUp,
  skipped,
  slept,
  started,
  succeeded,
  T0,
  wakeRequested,
} from '../../testing/histories.ts';
import { dueSteps, nextMoment } from './due.ts';

const dueAfter = (...history: History): readonly StepName[] =>
  dueSteps(given(...history).state, { now: T0, runner: RUNNER, exclusive: true });

const without = (service: (typeof SERVICES)[number]) =>
  servicesUp(SERVICES.filter((name) => name !== service));

describe('the boot', () => {
  test('begins with the sandbox and all four services beside it', () => {
    expect(dueAfter(planned())).toEqual(['vm_boot', ...SERVICES]);
  });

  test('goes on in the sandbox as it becomes possible, whatever the services do', () => {
    const legs = SERVICES.map((service) => started(service));
    expect(dueAfter(planned(), ...legs, succeeded('vm_boot'))).toEqual(['acp_init', 'git_setup']);
    expect(
      dueAfter(planned(), ...legs, succeeded('vm_boot'), succeeded('git_setup'), succeeded('acp_init')),
    ).toEqual(['acp_session']);
    expect(
      dueAfter(
        planned(),
        ...legs,
        ...(['vm_boot', 'git_setup', 'acp_init', 'acp_session'] as const).flatMap((step) => succeeded(step)),
      ),
    ).toEqual(['model_setup']);
  });

  test('assigns a residential address only where one was asked for', () => {
    const services = SERVICES.map((service) => started(service));
    const booted = [...services, succeeded('vm_boot'), started('acp_init'), started('git_setup')];
    expect(dueAfter(planned({ residentialIp: true }), ...booted)).toEqual(['residential_ip']);
    expect(dueAfter(planned({ residentialIp: true }), ...booted, skipped('residential_ip'))).toEqual([]);
    expect(dueAfter(planned(), ...booted)).toEqual([]);
  });

  test('has nothing left to do when the session is ready, but to push its first commit', () => {
    expect(dueAfter(ready())).toEqual(['push']);
  });
});

describe('the env file', () => {
  test('waits for the sandbox', () => {
    expect(dueAfter(planned(), servicesUp())).toEqual(['vm_boot']);
  });

  test.each([
    ['still runs', [started('neon')]],
    ['has failed once', [started('neon'), failed('neon')]],
    ['runs a second time', [started('neon', { attempt: 2 })]],
  ])('waits for a service that %s', (_, history) => {
    expect(dueAfter(planned(), without('neon'), sandboxUp(), ...history)).toEqual([]);
  });

  test('is not worth anything while a service has not even been tried', () => {
    expect(dueAfter(planned(), without('neon'), sandboxUp())).toEqual(['neon']);
  });

  test.each([
    ['is there', succeeded('neon')],
    ['is not configured', [skipped('neon')]],
    ['was given up on', [parked('neon')]],
    ['has failed twice', [failed('neon', 2)]],
    ['is tried a third time', [started('neon', { attempt: 3 })]],
  ])('waits no longer for a service that %s', (_, history) => {
    expect(dueAfter(planned(), without('neon'), sandboxUp(), ...history)).toEqual(['env_write']);
  });

  const dueAt = (ms: number, ...history: History) =>
    dueSteps(given(planned(), without('neon'), sandboxUp(), ...history).state, {
      now: later(ms),
      runner: RUNNER,
      exclusive: true,
    });

  test('does not wait for a service whose provider asks for a long pause', () => {
    const history = (ms: number) => [started('neon'), failed('neon', 1, later(ms))];
    expect(dueAt(0, ...history(60_000))).toEqual(['env_write']);
    expect(dueAt(0, ...history(5_000))).toEqual([]);
  });

  test('waits for a service that others are served before for a while only, and it is due all the same', () => {
    expect(dueAt(14_999)).toEqual(['neon']);
    expect(dueAt(15_000)).toEqual(['neon', 'env_write']);
    const { state } = given(planned(), without('neon'), sandboxUp());
    expect(nextMoment(state, T0)).toBe(later(15_000));
  });

  test('is due again when a service comes late', () => {
    expect(dueAfter(readyWithout('neon'), started('neon'), outcome('neon'))).toEqual([
      'env_write',
      'checkpoint',
      'push',
    ]);
    expect(
      dueAfter(
        readyWithout('neon'),
        started('neon'),
        outcome('neon'),
        ...succeeded('env_write', { version: 2 }),
        checkpointed('start', ROOT),
      ),
    ).toEqual(['push']);
  });

  test('does not wait for anything else once the session is ready', () => {
    expect(dueAfter(readyWithout('neon'), started('neon'))).toEqual(['push']);
  });

  test('is not written into a sandbox that sleeps', () => {
    expect(dueAfter(readyWithout('neon'), succeeded('neon'), slept)).not.toContain('env_write');
  });
});

describe('a sandbox that goes before its session is ready', () => {
  test('starts again, while the services stay', () => {
    expect(dueAfter(planned(), servicesUp(), sandboxUp(), slept)).toEqual(['vm_boot']);
  });

  test('leaves a running service leg alone', () => {
    const legs = SERVICES.map((service) => started(service));
    expect(dueAfter(planned(), ...legs, sandboxUp(), slept)).toEqual(['vm_boot']);
  });

  test('gets its env file again, though one was written before', () => {
    const booted = [servicesUp(), succeeded('vm_boot'), succeeded('git_setup'), succeeded('env_write')];
    expect(dueAfter(planned(), ...booted, slept, sandboxUp())).toEqual(['env_write']);
  });
});

describe('a step of the boot that failed', () => {
  const history = [planned(), servicesUp(), failed('vm_boot', 1, later(500))] as const;

  test('is due when its time has come, and not sooner', () => {
    const { state } = given(...history);
    const at = (ms: number) => dueSteps(state, { now: later(ms), runner: RUNNER, exclusive: true });
    expect(at(499)).toEqual([]);
    expect(at(500)).toEqual(['vm_boot']);
  });

  test('is not due once it was given up on, until somebody wants it', () => {
    expect(dueAfter(...history, parked('vm_boot'))).toEqual([]);
    expect(dueAfter(...history, parked('vm_boot'), wakeRequested)).toEqual(['vm_boot']);
  });

  test('a service that was given up on is due again when its retry is asked for', () => {
    const retry = { type: 'ServiceRetryRequested', data: { service: 'neon' } } as const;
    expect(dueAfter(readyWithout('neon'))).toEqual(['push']);
    expect(dueAfter(readyWithout('neon'), retry)).toEqual(['neon', 'push']);
  });
});
