import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attachment } from '../../domain/session/events.ts';
import type { SessionLog } from './session-log.ts';

const PATCH = `--- a/src/features/habits/HabitCard.tsx
+++ b/src/features/habits/HabitCard.tsx
@@ -1,4 +1,8 @@
 import { useState } from 'react';
-export const HabitCard = () => <li>Habit</li>;
+import type { Habit } from '../../../shared/habits.ts';
+
+export const HabitCard = ({ habit, onCheckIn }: Props) => (
+  <li className="flex items-center justify-between">{habit.name}</li>
+);
`;

const FILES = [
  ['server/tables/habits.ts', 24, 0],
  ['server/routes/habits.ts', 61, 0],
  ['shared/streaks.ts', 38, 0],
  ['src/features/habits/HabitCard.tsx', 5, 1],
  ['src/features/habits/HabitList.tsx', 47, 0],
] as const;

const SAID = [
  'I will give each habit its own row in Postgres and each check-in another, so streaks are **computed from what is stored** and survive any refresh.',
  'The tables are in place. Now the screen: one list, a button a habit, and the streak beside it.',
  'Done. You can add a habit and check in once a day; `streaks.ts` counts the days that follow each other.\n\n- `habits` and `check_ins` are tables in your own database\n- the API is under `/api/habits`\n- nothing is kept in the browser',
];

/** One turn as the offline agent would play it. With `fast`, at once, for a session that already has a past. */
export const turn = async (
  log: SessionLog,
  prompt: string,
  fast = false,
  turnId: string = randomUUID(),
): Promise<void> => {
  const wait = (ms: number): Promise<void> => (fast ? Promise.resolve() : sleep(ms));
  const attemptId = `${turnId}-1`;
  log.cancelled = false;

  const say = async (text: string): Promise<void> => {
    const words = text.split(' ');
    for (let count = 1; count <= words.length && !fast && !log.cancelled; count += 1) {
      const soFar = words.slice(0, count).join(' ');
      log.tell({ type: 'volatile', session: log.id, turnId, attemptId, kind: 'message', text: soFar });
      await wait(35);
    }
    log.append({ type: 'AgentSaid', data: { turnId, attemptId, kind: 'message', text } });
  };
  const tool = async (kind: string, title: string, more: object = {}): Promise<void> => {
    const toolCallId = randomUUID();
    log.append({ type: 'ToolCalled', data: { turnId, attemptId, toolCallId, kind, title } });
    await wait(250);
    log.append({
      type: 'ToolReturned',
      data: { turnId, attemptId, toolCallId, status: 'completed', ...more },
    });
  };

  log.append({
    type: 'TurnStarted',
    data: { turnId, attemptId, attempt: 1, deadline: new Date().toISOString(), runner: 'mock' },
  });
  const isQuick = log.views().view.mode === 'quick';
  const steps: readonly (() => Promise<void>)[] = isQuick
    ? [() => say('Here is your page. It is one file, and whatever is entered in it stays in the browser.')]
    : [
        () => say(SAID[0] ?? ''),
        () => tool('read', 'Read /app/.env'),
        () => tool('read', 'Read CLAUDE.md'),
        ...FILES.map(
          ([path, added, removed]) =>
            () =>
              tool('edit', `Write ${path}`, { diff: { path, added, removed, patch: PATCH } }),
        ),
        () =>
          tool('execute', 'npm run db:change -- habits', {
            output: 'Wrote drizzle/0000_habits.sql\nApplied 1 migration.',
          }),
        () => say(SAID[1] ?? ''),
        () => tool('execute', 'curl /api/habits', { output: 'HTTP 200 in 12 ms, 0 rows' }),
        () => say(SAID[2] ?? ''),
      ];
  for (const step of steps) {
    if (log.cancelled) {
      log.append({ type: 'TurnCancelled', data: { turnId } });
      return;
    }
    await step();
  }
  if (/fail/i.test(prompt)) {
    const error = { code: 'agent_died', message: 'The agent stopped answering after 90 s.', retryable: true };
    log.append({ type: 'TurnFailed', data: { turnId, error } });
    return;
  }
  log.append({
    type: 'UsageRecorded',
    data: {
      turnId,
      model: 'claude-haiku-5-5',
      inputTokens: 1321,
      outputTokens: 1480,
      cacheReadTokens: 21_000,
      cacheWriteTokens: 4_000,
      source: 'relay',
      costMicros: 1_570,
      outcome: 'complete',
    },
  });
  const { history } = log.views().view;
  const sha = createHash('sha1').update(`${log.id}${log.head}`).digest('hex');
  log.append({
    type: 'TurnCommitted',
    data: {
      turnId,
      attemptId,
      sha,
      parent: history.at,
      title: prompt.slice(0, 60),
      changed: (isQuick ? ([['index.html', 64, 0]] as const) : FILES).map(([path]) => ({
        path,
        status: path.includes('Card') ? 'modified' : 'added',
      })),
    },
  });
  if (isQuick) {
    log.append({ type: 'TurnFinished', data: { turnId, attemptId, stopReason: 'end_turn' } });
    return;
  }
  log.append({
    type: 'TurnVerified',
    data: {
      turnId,
      attemptId,
      passed: true,
      checks: [
        { kind: 'commit', outcome: 'passed' },
        { kind: 'types', outcome: 'passed' },
        { kind: 'http', outcome: 'passed' },
        { kind: 'page', outcome: 'passed', how: 'browser' },
      ],
      details: [
        { kind: 'types', detail: 'The types hold.' },
        { kind: 'http', detail: 'GET / answered 200.' },
        { kind: 'page', detail: 'Opened in a browser without an error.' },
      ],
    },
  });
  log.append({ type: 'TurnFinished', data: { turnId, attemptId, stopReason: 'end_turn' } });
  log.append({ type: 'CommitPushed', data: { attemptId, sha } });
  log.append({
    type: 'CheckpointTaken',
    data: {
      attemptId,
      checkpointId: turnId,
      sha,
      reason: 'turn',
      bytes: 8_000_000,
      tables: [{ name: 'habits', rows: log.head % 9 }],
      dropped: [],
    },
  });
};

/** Submits a prompt and plays the turns in order, one at a time. */
export const submit = (log: SessionLog, prompt: string, attachments: readonly Attachment[] = []): string => {
  const turnId = randomUUID();
  const data = { turnId, prompt, ...(attachments.length === 0 ? {} : { attachments }) };
  log.append({ type: 'TurnSubmitted', data }, new Date(), 'visitor:u1');
  void play(log);
  return turnId;
};

const playing = new Set<SessionLog>();
export const play = async (log: SessionLog): Promise<void> => {
  const { view } = log.views();
  if (playing.has(log) || view.phase !== 'ready') return;
  playing.add(log);
  for (;;) {
    const next = log.views().transcript.turns.find(({ status }) => status === 'queued');
    if (next === undefined) break;
    await turn(log, next.prompt, false, next.turnId);
  }
  playing.delete(log);
};
