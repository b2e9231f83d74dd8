import type { PublicEvent, ServerFrame } from '../../../projections/live.ts';
import type { TranscriptView } from '../../../projections/transcript-views.ts';

type Volatile = Extract<ServerFrame, { type: 'volatile' }>;

/** A paragraph on its way, by turn. There is at most one: the durable event takes its place. */
export type Draft = Pick<Volatile, 'attemptId' | 'kind' | 'text'>;
export type Drafts = Readonly<Record<string, Draft>>;

const ENDS = new Set([
  'TurnStarted',
  'AgentSaid',
  'ToolCalled',
  'TurnFinished',
  'TurnFailed',
  'TurnCancelled',
]);

const field = (data: unknown, name: string): string | undefined => {
  const value = typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;
  return typeof value === 'string' ? value : undefined;
};

/** Takes away what a recorded event has superseded. */
export const supersede = (drafts: Drafts, event: PublicEvent): Drafts => {
  const turnId = ENDS.has(event.type) ? field(event.data, 'turnId') : undefined;
  if (turnId === undefined || drafts[turnId] === undefined) return drafts;
  const { [turnId]: _superseded, ...rest } = drafts;
  return rest;
};

/**
 * Volatile frames travel beside the log, so one may arrive after the event that recorded its paragraph: text that is
 * already the end of the transcript, or that belongs to a turn which no longer runs, is not shown again.
 */
export const withDraft = (
  drafts: Drafts,
  frame: Volatile,
  transcript: TranscriptView | undefined,
): Drafts => {
  const turn = transcript?.turns.find((known) => known.turnId === frame.turnId);
  if (turn === undefined || (turn.status !== 'running' && turn.status !== 'cancelling')) return drafts;
  const last = turn.items.findLast((item) => item.kind === frame.kind);
  if (last !== undefined && 'text' in last && last.text.trimStart().startsWith(frame.text.trim())) {
    return drafts;
  }
  return {
    ...drafts,
    [frame.turnId]: { attemptId: frame.attemptId, kind: frame.kind, text: frame.text },
  };
};
