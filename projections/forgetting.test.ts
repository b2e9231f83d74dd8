import { describe, expect, it } from 'vitest';
import { ERASED } from '../domain/envelope.ts';
import type { SessionEvent } from '../domain/session/events.ts';
import { personalFieldsOf } from '../domain/session/personal.ts';
import type { FeedEvent } from './ports.ts';
import type { Projection } from './projection.ts';
import { sessionList } from './session-list/index.ts';
import { sessionView } from './session-view/index.ts';
import { transcriptView } from './transcript-view/index.ts';

const SECRET = 'a diary for my divorce';
const attempt = { turnId: 't1', attemptId: 'a1' };

const happened: readonly SessionEvent[] = [
  {
    type: 'SessionPlanned',
    data: {
      sessionId: 's1',
      slug: 's1',
      specHash: 'spec',
      purpose: 'visitor',
      residentialIp: false,
      model: 'haiku',
    },
  },
  { type: 'SandboxClaimed', data: { source: 'cold', owner: 'ada', keyDigest: 'digest' } },
  { type: 'RepoInitialized', data: { attemptId: 'a0', sha: 'root', branch: 'main' } },
  { type: 'TurnSubmitted', data: { turnId: 't1', prompt: SECRET } },
  {
    type: 'TurnStarted',
    data: { ...attempt, attempt: 1, deadline: '2026-01-01T00:10:00.000Z', runner: 'r1' },
  },
  { type: 'AgentSaid', data: { ...attempt, kind: 'message', text: `You want ${SECRET}.` } },
  {
    type: 'ToolCalled',
    data: { ...attempt, toolCallId: 'c1', kind: 'edit', title: SECRET, path: `/app/${SECRET}.ts` },
  },
  {
    type: 'ToolReturned',
    data: {
      ...attempt,
      toolCallId: 'c1',
      status: 'completed',
      output: SECRET,
      diff: { path: SECRET, added: 1, removed: 0, patch: `+${SECRET}` },
    },
  },
  {
    type: 'TurnCommitted',
    data: {
      ...attempt,
      sha: 'c1',
      parent: 'root',
      title: SECRET,
      changed: [{ path: SECRET, status: 'added' }],
    },
  },
  { type: 'TurnFinished', data: { ...attempt, stopReason: 'end_turn' } },
  { type: 'SessionClosed', data: {} },
  { type: 'SessionForgotten', data: {} },
];

/** As the log reads once the session's key is gone. */
const erased = ({ type, data }: SessionEvent): SessionEvent => {
  const without = personalFieldsOf(type)
    .filter((field) => field in data)
    .map((field) => [field, ERASED]);
  return { type, data: { ...data, ...Object.fromEntries(without) } } as SessionEvent;
};

const folded = <Doc>({ evolve }: Projection<Doc>, events: readonly SessionEvent[]): Doc | undefined =>
  events
    .map(
      (event, pos): FeedEvent => ({
        ...event,
        pos,
        id: `e${pos}`,
        stream: 'session-s1',
        position: `${pos}`,
        at: '2026-01-01T00:00:00.000Z',
        actor: 'operator',
        causationId: `e${pos - 1}`,
      }),
    )
    .reduce<Doc | undefined>(evolve, undefined);

describe('a forgotten session', () => {
  for (const projection of [sessionView, transcriptView, sessionList]) {
    describe(`in ${projection.name}`, () => {
      const kept = folded<unknown>(projection as Projection<unknown>, happened);

      it('has none of its words left', () => {
        expect(
          JSON.stringify(folded<unknown>(projection as Projection<unknown>, happened.slice(0, -1))),
        ).toContain(SECRET);
        expect(JSON.stringify(kept)).not.toContain(SECRET);
      });

      it('looks as after a rebuild from the log', () => {
        expect(kept).toEqual(folded<unknown>(projection as Projection<unknown>, happened.map(erased)));
      });
    });
  }
});
