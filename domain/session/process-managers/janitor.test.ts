import { describe, expect, test } from 'vitest';
import { SERVICES } from '../../services.ts';
import { BOOT_STEPS, RELEASE_STEPS } from '../../steps.ts';
import { given, type History } from '../../testing/given.ts';
import {
  closeRequested,
  failed,
  later,
  parked,
  planned,
  RUNNER,
  ready,
  released,
  releasedAll,
  skipped,
  slept,
  started,
  submitted,
  succeeded,
  T0,
  wakeRequested,
} from '../../testing/histories.ts';
import { dueSteps } from './due.ts';
import { dueTurn } from './turns.ts';

const asking = { now: T0, runner: RUNNER, exclusive: false };
const dueAfter = (...history: History) => dueSteps(given(...history).state, asking);

const RELEASES = RELEASE_STEPS.filter((step) => step !== 'forget');
const closed = [ready(), closeRequested, releasedAll(), { type: 'SessionClosed', data: {} } as const].flat();

describe('a session that is being closed', () => {
  test('releases its sandbox and every service', () => {
    expect(dueAfter(ready(), closeRequested)).toEqual(RELEASES);
  });

  test.each([
    ['was never begun', []],
    ['failed without an answer', [failed('neon')]],
    ['was given up on', [parked('neon')]],
    ['was skipped', [skipped('neon')]],
  ])('releases a service whose provisioning %s: something may exist all the same', (_, history) => {
    expect(dueAfter(planned(), ...history, closeRequested)).toEqual(RELEASES);
  });

  test('lets an attempt end first that may still bring something into being', () => {
    const { state } = given(planned(), started('neon'), started('vm_boot'), closeRequested);
    const rest = RELEASES.filter((step) => step !== 'release_neon' && step !== 'release_sandbox');
    expect(dueSteps(state, asking)).toEqual(rest);
    expect(dueSteps(state, { ...asking, now: later(30_000) })).toEqual(RELEASES);
  });

  test('releases what is left', () => {
    expect(dueAfter(ready(), closeRequested, released('neon'))).not.toContain('release_neon');
  });

  test('boots, wakes and runs nothing any more', () => {
    const history = [ready(), submitted(), slept, wakeRequested, closeRequested] as const;
    expect(dueAfter(...history)).toEqual(RELEASES);
    expect(dueTurn(given(...history).state, asking)).toBeUndefined();
  });
});

describe('a session that is closed', () => {
  test('is forgotten, and only then', () => {
    expect(dueAfter(...closed)).toEqual(['forget']);
  });

  test('has nothing due once it is forgotten, whatever is still recorded', () => {
    const forgotten = [...closed, started('forget'), { type: 'SessionForgotten', data: {} } as const];
    const late = BOOT_STEPS.flatMap((step) => succeeded(step));
    expect(dueAfter(...forgotten)).toEqual([]);
    expect(dueAfter(...forgotten, wakeRequested, failed('neon'), ...late)).toEqual([]);
  });

  test('every service there is has its release', () => {
    expect(RELEASES).toEqual(['release_sandbox', ...SERVICES.map((service) => `release_${service}`)]);
  });
});
