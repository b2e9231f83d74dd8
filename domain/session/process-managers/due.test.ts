import { describe, expect, test } from 'vitest';
import { given } from '../../testing/given.ts';
import {
  failed,
  later,
  OTHER_RUNNER,
  planned,
  RUNNER,
  ready,
  started,
  submitted,
  T0,
  turnStarted,
} from '../../testing/histories.ts';
import { dueSteps, nextMoment } from './due.ts';

describe('an attempt somebody has started', () => {
  const dueFor = (runner: string, exclusive: boolean, now = T0) =>
    dueSteps(given(planned(), started('neon', { runner: OTHER_RUNNER })).state, {
      now,
      runner,
      exclusive,
    }).includes('neon');

  test('is theirs until its deadline', () => {
    expect(dueFor(RUNNER, false)).toBe(false);
    expect(dueFor(RUNNER, false, later(29_999))).toBe(false);
    expect(dueFor(RUNNER, false, later(30_000))).toBe(true);
  });

  test('is abandoned at once where one server owns the data, and another process began it', () => {
    expect(dueFor(RUNNER, true)).toBe(true);
    expect(dueFor(OTHER_RUNNER, true)).toBe(false);
  });
});

describe('the next moment to look again', () => {
  test('is the soonest retry or deadline', () => {
    const { state } = given(planned(), started('neon'), failed('resend', 1, later(700)));
    expect(nextMoment(state, T0)).toBe(later(700));
    expect(nextMoment(state, later(700))).toBe(later(30_000));
  });

  test('is the deadline of a turn that runs', () => {
    const { state } = given(ready(), submitted(), turnStarted());
    expect(nextMoment(state, T0)).toBe(later(1_800_000));
  });

  test('is none where only what happens can change the answer', () => {
    expect(nextMoment(given(ready()).state, T0)).toBeUndefined();
  });

  test('is never one that has passed, or whoever waits for it waits in circles', () => {
    const { state } = given(planned(), failed('neon', 1, later(500)));
    expect(nextMoment(state, later(500))).toBeUndefined();
  });
});
