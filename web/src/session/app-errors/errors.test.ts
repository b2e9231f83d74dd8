import { describe, expect, test } from 'vitest';
import type { TranscriptTurn } from '../../../../projections/transcript-views.ts';
import type { AppErrorView, SessionView } from '../../../../projections/views.ts';
import { beforeAttempts, fixPrompt, isGivenUp, openErrors, tried } from './errors.ts';

const error = (change: Partial<AppErrorView> = {}): AppErrorView => ({
  fingerprint: 'f',
  source: 'page',
  message: 'TypeError: habits is not iterable',
  sha: 'b',
  at: '2026-01-01T12:00:00.000Z',
  attempts: [],
  ...change,
});
const commit = (sha: string, parent: string, turnId: string, paths: readonly string[]) => ({
  sha,
  parent,
  turnId,
  title: 'Fix it',
  at: '2026-01-01T12:00:00.000Z',
  changed: paths.map((path) => ({ path, status: 'modified' as const })),
  pushed: true,
});
const view = (change: object): SessionView =>
  ({
    phase: 'ready',
    appErrors: [],
    history: { at: 'b', root: '0', childOf: {}, commits: [] },
    ...change,
  }) as unknown as SessionView;
const turn = (turnId: string, status: TranscriptTurn['status'], change: object = {}): TranscriptTurn =>
  ({ turnId, status, prompt: 'Fix it', submittedAt: '', items: [], ...change }) as TranscriptTurn;

describe('errors of the app', () => {
  test('are those of the code as it is, the last seen first', () => {
    const errors = [error({ fingerprint: 'one' }), error({ fingerprint: 'old', sha: 'a' }), error()];
    expect(openErrors(view({ appErrors: errors })).map(({ fingerprint }) => fingerprint)).toEqual([
      'f',
      'one',
    ]);
  });

  test('are not shown while the agent works', () => {
    expect(openErrors(view({ appErrors: [error()], runningTurn: 'turn' }))).toEqual([]);
  });

  test('are given up on after three attempts', () => {
    expect(isGivenUp(error({ attempts: ['1', '2'] }))).toBe(false);
    expect(isGivenUp(error({ attempts: ['1', '2', '3'] }))).toBe(true);
  });

  const attempts = ['one', 'two', 'three'];
  const history = {
    at: 'b',
    root: '0',
    childOf: {},
    commits: [commit('b', 'a', 'one', ['src/App.tsx', 'server/routes/habits.ts'])],
  };
  const turns = [
    turn('one', 'finished'),
    turn('two', 'failed', { error: { message: 'The agent went away.' } }),
    turn('three', 'finished'),
  ];

  test('say what was tried, and where the code stood before', () => {
    expect(tried(error({ attempts }), view({ history }), turns).map(({ outcome }) => outcome)).toEqual([
      'changed App.tsx, habits.ts',
      'failed: The agent went away.',
      'changed nothing',
    ]);
    expect(beforeAttempts(error({ attempts }), view({ history }))).toBe('a');
    expect(beforeAttempts(error(), view({ history }))).toBeUndefined();
  });

  test('are told to the agent with what did not help', () => {
    const prompt = fixPrompt(error({ attempts: ['one'], detail: 'at App.tsx:4' }), view({ history }), turns);
    expect(prompt).toContain('TypeError: habits is not iterable\nat App.tsx:4');
    expect(prompt).toContain('1. changed App.tsx, habits.ts');
    expect(fixPrompt(error(), view({ history }), turns)).not.toContain('after these attempts');
  });
});
