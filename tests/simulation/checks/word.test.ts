import { describe, expect, test } from 'vitest';
import type { Json, StoredEvent } from '../../../commands/ports/event-store.ts';
import type { SessionEvent } from '../../../domain/session/events.ts';
import {
  closed,
  closeRequested,
  correctionRequested,
  failed,
  later,
  outcome,
  planned,
  ready,
  released,
  releasedAll,
  slept,
  started,
  submitted,
  T0,
  turn,
  turnCommitted,
  turnFinished,
  turnStarted,
  turnVerified,
} from '../../../domain/testing/histories.ts';
import { brokenRule } from './word.ts';

type Part = SessionEvent | readonly SessionEvent[];

const stream = (parts: readonly Part[]): readonly StoredEvent[] =>
  (parts.flat() as readonly SessionEvent[]).map(({ type, data }, revision) => ({
    id: String(revision),
    type,
    data: data as Json,
    metadata: {
      causationId: 'c',
      correlationId: 'c',
      actor: 'process-manager:boot',
      at: T0,
      schema: 1,
      seal: '',
    },
    stream: 'session-a',
    revision,
    position: String(revision + 1),
  }));

const broken = (...parts: readonly Part[]): string | undefined =>
  brokenRule(stream(parts), { exclusive: true });

const forgetting = started('forget');
const forgotten: SessionEvent = { type: 'SessionForgotten', data: {} };
const end = [closeRequested, releasedAll(), closed, forgetting, forgotten];

describe('a history', () => {
  test('from plan to end is a word', () => {
    expect(broken(ready(), submitted('t'), turn('u', 'b', 'a'), slept, ...end)).toBeUndefined();
  });

  test.each<[string, readonly Part[]]>([
    ['something follows the end', [planned(), ...end, submitted('t')]],
    ['something precedes the plan', [submitted('t'), planned()]],
    ['planned twice', [planned(), planned()]],
    ['two attempts of neon at once', [planned(), started('neon'), started('neon', { attempt: 2 })]],
    ['an attempt id is used twice', [planned(), started('neon'), failed('neon'), started('neon')]],
    ['neon ends, and was not running', [planned(), outcome('neon')]],
    [
      'something is made after it was released',
      [planned(), started('neon'), closeRequested, released('neon'), outcome('neon')],
    ],
    ['closed before all was released', [planned(), closeRequested, released('neon'), closed]],
    ['neon is started in a session that is closing', [planned(), closeRequested, started('neon')]],
    ['release_neon is started in a session that is open', [planned(), started('release_neon')]],
    ['a turn is submitted twice, or too late', [ready(), submitted('t'), submitted('t')]],
    ['a turn is started where none can run', [planned(), turn('t', 'b', 'a')]],
    [
      'a version of the env file is missing',
      [planned(), started('env_write'), outcome('env_write', { version: 2 })],
    ],
    [
      'a turn is finished whose changes were not checked',
      [ready(), submitted('t'), turnStarted('t'), turnCommitted('t', 'b', 'a'), turnFinished('t')],
    ],
    [
      'or did not pass',
      [
        ...[ready(), submitted('t'), turnStarted('t'), turnCommitted('t', 'b', 'a')],
        ...[turnVerified('t', { passed: false }), turnFinished('t')],
      ],
    ],
    [
      'a correction of what was not found wrong',
      [ready(), submitted('t'), turnStarted('t'), turnVerified('t'), correctionRequested(1, 't')],
    ],
    [
      'corrections of a turn are miscounted',
      [
        ...[ready(), submitted('t'), turnStarted('t'), turnVerified('t', { passed: false })],
        ...[correctionRequested(1, 't'), correctionRequested(1, 't')],
      ],
    ],
    ['closed twice', [planned(), closeRequested, closeRequested]],
  ])('is none when %s', (rule, parts) => {
    expect(broken(...parts)).toContain(rule);
  });

  test('may have an attempt taken over once its deadline has passed, or its server is gone', () => {
    const [first, second] = [started('neon'), started('neon', { attempt: 2, runner: 'another' })];
    expect(broken(planned(), first, second)).toBeUndefined();
    const shared = { exclusive: false };
    expect(brokenRule(stream([planned(), first, second]), shared)).toContain('two attempts');
    const late = stream([planned(), first, second]).map((event) => ({
      ...event,
      metadata: { ...event.metadata, at: later(30_000) },
    }));
    expect(brokenRule(late, shared)).toBeUndefined();
  });
});
