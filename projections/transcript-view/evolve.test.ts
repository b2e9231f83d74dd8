import { describe, expect, test } from 'vitest';
import type { SessionEvent, SessionEventOf } from '../../domain/session/events.ts';
import {
  correctionRequested,
  later,
  OUTAGE,
  planned,
  submitted,
  turnCommitted,
  turnFinished,
  turnStarted,
  turnVerified,
} from '../../domain/testing/histories.ts';
import { published } from '../testing/feed.ts';
import type { TranscriptTurn, TranscriptView } from '../transcript-views.ts';
import { evolveTranscript } from './evolve.ts';

const turnsOf = (...history: readonly SessionEvent[]): readonly TranscriptTurn[] =>
  published([planned(), ...history]).reduce<TranscriptView | undefined>(evolveTranscript, undefined)?.turns ??
  [];

const at = { turnId: 'turn-1', attemptId: 'turn-1#1' };
const said = (text: string): SessionEvent => ({ type: 'AgentSaid', data: { ...at, kind: 'message', text } });
const called: SessionEvent = {
  type: 'ToolCalled',
  data: { ...at, toolCallId: 'c', kind: 'edit', title: 'Edit app.tsx', path: 'app.tsx' },
};
const returned: SessionEvent = {
  type: 'ToolReturned',
  data: {
    ...at,
    toolCallId: 'c',
    status: 'completed',
    output: 'ok',
    diff: { path: 'app.tsx', added: 1, removed: 0, patch: '+x' },
  },
};
const used = (tokens: number): SessionEvent => ({
  type: 'UsageRecorded',
  data: {
    turnId: 'turn-1',
    model: 'haiku',
    inputTokens: tokens,
    outputTokens: 1,
    cacheReadTokens: 10,
    cacheWriteTokens: 1,
    source: 'relay',
    costMicros: 3,
    outcome: 'complete',
  },
});

describe('the transcript', () => {
  test('holds a turn as it was said and done, in order', () => {
    const [turn] = turnsOf(
      submitted(),
      turnStarted(),
      said('I begin.'),
      called,
      returned,
      said('Done.'),
      used(10),
      turnCommitted('turn-1', 'sha', 'root'),
      turnFinished(),
    );
    expect(turn).toEqual({
      turnId: 'turn-1',
      prompt: 'Build me a habit tracker.',
      status: 'finished',
      submittedAt: later(1_000),
      startedAt: later(2_000),
      endedAt: later(9_000),
      items: [
        { kind: 'message', text: 'I begin.', revision: 3 },
        {
          kind: 'tool',
          toolCallId: 'c',
          tool: 'edit',
          title: 'Edit app.tsx',
          path: 'app.tsx',
          status: 'completed',
          output: 'ok',
          diff: { path: 'app.tsx', added: 1, removed: 0, patch: '+x' },
          revision: 4,
        },
        { kind: 'message', text: 'Done.', revision: 6 },
      ],
      usage: {
        model: 'haiku',
        calls: 1,
        inputTokens: 10,
        outputTokens: 1,
        cacheReadTokens: 10,
        cacheWriteTokens: 1,
        costMicros: 3,
      },
      commit: { sha: 'sha', changed: [] },
    });
  });

  test('drops what an attempt said that a crash cut off; what it cost stays', () => {
    const again = turnStarted('turn-1', { attempt: 2 });
    const [turn] = turnsOf(
      submitted(),
      turnStarted(),
      said('Half a'),
      used(10),
      again,
      said('Whole.'),
      used(5),
    );
    expect(turn?.items).toMatchObject([{ text: 'Whole.' }]);
    expect(turn?.usage).toMatchObject({ inputTokens: 15, outputTokens: 2 });
  });

  test('shows a tool that never returned as failed when its turn has ended', () => {
    const cancelled = { type: 'TurnCancelled', data: { turnId: 'turn-1' } } as const;
    const [turn] = turnsOf(submitted(), turnStarted(), called, cancelled);
    expect(turn).toMatchObject({ status: 'cancelled', items: [{ status: 'failed' }] });
  });

  test('says what was checked, and that the agent was told what did not hold', () => {
    const [turn] = turnsOf(
      submitted(),
      turnStarted(),
      said('Done.'),
      turnCommitted('turn-1', 'sha', 'root'),
      turnVerified('turn-1', { passed: false }),
      correctionRequested(1),
      said('Mended.'),
      turnVerified(),
    );
    expect(turn?.items).toMatchObject([
      { kind: 'message', text: 'Done.' },
      {
        kind: 'checks',
        passed: false,
        correction: 1,
        checks: [
          { kind: 'types', outcome: 'failed', detail: 'app.tsx(1,1): error TS1005' },
          { kind: 'page', outcome: 'passed', how: 'browser' },
        ],
      },
      { kind: 'message', text: 'Mended.' },
      { kind: 'checks', passed: true },
    ]);
    expect(turn?.items[3]).not.toHaveProperty('correction');
  });

  test('keeps what was said where only the checks are gone on with', () => {
    const { data } = turnStarted('turn-1', { attempt: 2 }) as SessionEventOf<'TurnStarted'>;
    const again: SessionEvent = { type: 'TurnStarted', data: { ...data, resumes: 'checks' } };
    const [turn] = turnsOf(submitted(), turnStarted(), said('Done.'), called, again, turnVerified());
    expect(turn?.items).toMatchObject([
      { text: 'Done.' },
      { kind: 'tool', status: 'failed' },
      { kind: 'checks' },
    ]);
  });

  test('says why a turn failed', () => {
    const failed = { type: 'TurnFailed', data: { turnId: 'turn-1', error: OUTAGE } } as const;
    expect(turnsOf(submitted(), turnStarted(), failed)).toMatchObject([{ status: 'failed', error: OUTAGE }]);
  });

  test('shows that a turn was asked to stop, also over its next attempt', () => {
    const asked = { type: 'TurnCancelRequested', data: { turnId: 'turn-1' } } as const;
    expect(turnsOf(submitted(), turnStarted(), asked)).toMatchObject([{ status: 'cancelling' }]);
    const again = turnStarted('turn-1', { attempt: 2 });
    expect(turnsOf(submitted(), turnStarted(), asked, again)).toMatchObject([{ status: 'cancelling' }]);
  });
});
