import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ERASED } from '../../domain/envelope.ts';
import { PERSONAL_FIELDS } from '../../domain/session/personal.ts';
import { anyEvent } from '../../domain/testing/arbitrary-events.ts';
import {
  claimed,
  closeRequested,
  failed,
  outcome,
  parked,
  planned,
  started,
  submitted,
  turnStarted,
} from '../../domain/testing/histories.ts';
import { holds } from '../../domain/testing/property.ts';
import { MASKED } from '../audit-views.ts';
import { erased, published } from '../testing/feed.ts';
import { type Caused, chainOf } from './chain.ts';
import { masked } from './mask.ts';
import { stepOf, turnOf } from './subject.ts';
import { summaryOf } from './summary.ts';

const summaries = (...events: Parameters<typeof published>[0]) => published(events).map(summaryOf);

describe('a summary', () => {
  test('says in a line what happened', () => {
    expect(
      summaries(
        planned(),
        claimed(),
        started('neon', { attempt: 2 }),
        failed('neon'),
        parked('env_write', 3),
        outcome('vm_boot'),
        outcome('env_write'),
        submitted('t', 'Build me\n  a habit tracker.'),
        closeRequested,
      ),
    ).toEqual([
      'Planned for the pool',
      'Claimed, warm from the pool',
      'Started: database, attempt 2',
      'Failed: database, attempt 1 (upstream_down, No answer.)',
      'Given up on: env file after attempt 3 (upstream_down, No answer.)',
      'Sandbox booted, bwrap',
      'Env file written, version 1 with 1 variable',
      'Asked: Build me a habit tracker.',
      'Close asked for (deleted)',
    ]);
  });

  test('is one line, however long what was said', () => {
    const [summary = ''] = summaries(submitted('t', 'word\n'.repeat(1_000)));
    expect(summary.length).toBeLessThan(120);
    expect(summary).not.toContain('\n');
  });

  test('of a type nobody here knows is the type', () => {
    expect(summaries({ type: 'PaymentTaken', data: {} })).toEqual(['PaymentTaken']);
  });

  holds(
    'is there for every event, masked and erased ones too, and for what somebody has tampered with',
    [anyEvent, fc.jsonValue()],
    (event, anything) => {
      for (const shown of published([event]).flatMap((each) => [each, masked(each), erased(each)])) {
        expect(summaryOf(shown).length).toBeGreaterThan(3);
        expect(summaryOf(shown)).not.toContain('undefined');
      }
      const [tampered] = published([{ type: event.type, data: anything }]);
      expect(tampered && summaryOf(tampered)).not.toBe('');
      expect(tampered && [stepOf(tampered), turnOf(tampered)]).toHaveLength(2);
    },
    { runs: 500 },
  );
});

describe('what an operator reads', () => {
  holds('has none of the fields that may hold what somebody said', [anyEvent], (event) => {
    const [shown] = published([event]).map(masked);
    const personal: readonly string[] = PERSONAL_FIELDS[event.type] ?? [];
    for (const [field, value] of Object.entries(Object(shown?.data)))
      expect(value).toEqual(personal.includes(field) ? MASKED : Object(event.data)[field]);
  });

  test('says of words that are gone that they are gone, not that they are hidden', () => {
    const [shown] = published([submitted('t', ERASED)]).map(masked);
    expect(shown?.data).toMatchObject({ prompt: ERASED });
  });

  test.each(['AgentSaid@2', 'DreamTold'])(
    'has nothing of %s: a later release knows what in it is words',
    (type) => {
      const data = { turnId: 't', text: 'for Ada', parts: [{ said: 'for Ada' }] };
      const [shown] = published([{ type, data }]).map(masked);
      expect(shown).toMatchObject({ type, data: MASKED });
      expect(shown && turnOf(shown)).toBeUndefined();
    },
  );
});

describe('the step and the turn of an event', () => {
  test('are those it began, failed, asked for or brought about', () => {
    const events = published([
      started('neon'),
      outcome('neon'),
      outcome('git_setup'),
      parked('wake'),
      { type: 'ServiceRetryRequested', data: { service: 'resend' } },
      { type: 'ResourceReleased', data: { attemptId: 'a', service: 'sandbox' } },
      turnStarted('turn-9'),
    ]);
    expect(events.map(stepOf)).toEqual([
      'neon',
      'neon',
      'git_setup',
      'wake',
      'resend',
      'release_sandbox',
      undefined,
    ]);
    expect(events.map(turnOf).at(-1)).toBe('turn-9');
  });
});

describe('a chain of causes', () => {
  const boot = 'process-manager:boot' as const;
  const event = (pos: number, causationId: string, more: Partial<Caused> = {}): Caused => ({
    pos,
    id: `event-${pos}`,
    actor: boot,
    causationId,
    ...more,
  });
  const HISTORY: readonly Caused[] = [
    event(0, 'command', { actor: 'visitor:ada' }),
    event(1, 'event-0', { beganAttempt: 'attempt-1' }),
    event(2, 'event-0', { beganAttempt: 'attempt-2' }),
    event(3, 'attempt-1'),
    event(4, 'event-3', { beganAttempt: 'attempt-3' }),
    event(5, 'attempt-3'),
    event(6, 'a timer'),
  ];

  test('goes back over attempts and events to the command it began with', () => {
    expect(chainOf(HISTORY, 5)?.ancestors).toEqual([
      { kind: 'event', depth: 1, pos: 4 },
      { kind: 'event', depth: 2, pos: 3 },
      { kind: 'event', depth: 3, pos: 1 },
      { kind: 'event', depth: 4, pos: 0 },
      { kind: 'command', depth: 5, id: 'command', actor: 'visitor:ada' },
    ]);
  });

  test('goes on to everything that came of it, the nearest first', () => {
    expect(
      chainOf(HISTORY, 0)?.descendants.map(({ depth, ...link }) => ('pos' in link ? [depth, link.pos] : [])),
    ).toEqual([
      [1, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
    ]);
  });

  test('ends at a process manager that acted on its own', () => {
    expect(chainOf(HISTORY, 6)?.ancestors).toEqual([
      { kind: 'process-manager', depth: 1, id: 'a timer', name: 'boot' },
    ]);
  });

  test('does not take intents that were recorded together for causes of each other', () => {
    const together = [
      event(0, 'attempt-1', { beganAttempt: 'attempt-1' }),
      event(1, 'attempt-1', { beganAttempt: 'attempt-2' }),
    ];
    expect(chainOf(together, 1)?.ancestors.map(({ kind }) => kind)).toEqual(['process-manager']);
    expect(chainOf(together, 0)?.descendants).toEqual([]);
  });

  test('is cut at a hundred links, and says so', () => {
    const long = Array.from({ length: 300 }, (_, pos) => event(pos, `event-${pos - 1}`));
    const { ancestors = [], descendants = [], truncated } = chainOf(long, 150) ?? {};
    expect([ancestors.length, descendants.length, truncated]).toEqual([100, 100, true]);
  });

  holds(
    'ends, whatever a forged history says',
    [fc.array(fc.record({ cause: fc.nat(20), began: fc.nat(20) }), { maxLength: 20 }), fc.nat(19)],
    (links, pos) => {
      const history = links.map(({ cause, began }, at) =>
        event(at, `event-${cause}`, began % 2 === 0 ? { beganAttempt: `event-${began}` } : {}),
      );
      const chain = chainOf(history, pos);
      expect(chain === undefined).toBe(pos >= history.length);
      for (const link of chain?.ancestors ?? [])
        if (link.kind === 'event') expect(link.pos).toBeLessThan(pos);
      for (const link of chain?.descendants ?? [])
        if (link.kind === 'event') expect(link.pos).toBeGreaterThan(pos);
    },
  );
});
