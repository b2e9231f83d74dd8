import { describe, expect, it } from 'vitest';
import type { AuditEvent, ChainLink } from '../../../../projections/views.ts';
import { linesOf } from './chain.ts';

const event = (pos: number, type: string, causationId: string, data: object = {}): AuditEvent => ({
  pos,
  id: `event-${pos}`,
  type,
  data,
  at: '2026-01-05T09:00:00.000Z',
  actor: 'process-manager:turns',
  causationId,
  correlationId: 'command',
  schema: 1,
  seal: 's',
  summary: '',
});
const link = (depth: number, of: AuditEvent): ChainLink => ({ kind: 'event', depth, event: of });

describe('a chain of causes as it is drawn', () => {
  const submitted = event(5, 'TurnSubmitted', 'command', { turnId: 'turn' });
  const started = event(6, 'TurnStarted', 'turn', { attemptId: 'attempt', turnId: 'turn' });
  const said = event(7, 'AgentSaid', 'attempt');
  const committed = event(8, 'TurnCommitted', 'attempt');
  const pushing = event(9, 'StepStarted', 'event-8', { attemptId: 'push' });
  const pushed = event(10, 'CommitPushed', 'push');

  it('goes from the first cause down to what came of it', () => {
    const lines = linesOf({
      event: started,
      ancestors: [link(1, submitted), { kind: 'command', depth: 2, id: 'command', actor: 'visitor:ann' }],
      descendants: [link(1, said), link(1, committed), link(2, pushing), link(3, pushed)],
      truncated: false,
    });
    expect(lines.map((line) => [line.depth, line.kind === 'event' ? line.event.type : line.kind])).toEqual([
      [0, 'command'],
      [1, 'TurnSubmitted'],
      [2, 'TurnStarted'],
      [3, 'AgentSaid'],
      [3, 'TurnCommitted'],
      [4, 'StepStarted'],
      [5, 'CommitPushed'],
    ]);
    expect(lines.filter((line) => line.kind === 'event' && line.asked)).toHaveLength(1);
  });

  it('puts each effect below what caused it, also where effects of several causes are as deep', () => {
    const another = event(11, 'StepStarted', 'event-7', { attemptId: 'other' });
    const lines = linesOf({
      event: started,
      ancestors: [],
      descendants: [link(1, said), link(1, committed), link(2, pushing), link(2, another)],
      truncated: false,
    });
    expect(lines.map((line) => (line.kind === 'event' ? line.event.pos : -1))).toEqual([6, 7, 11, 8, 9]);
  });
});
