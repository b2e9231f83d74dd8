import type { CheckDetail, FileChange, Usage } from '../../domain/session/events.ts';
import { asSessionEvent, type KnownSessionEvent } from '../known-event.ts';
import type { PublicEvent } from '../live.ts';
import type { TranscriptItem, TranscriptTurn, TranscriptView } from '../transcript-views.ts';
import { forgotten } from './forgotten.ts';

type ToolItem = Extract<TranscriptItem, { kind: 'tool' }>;

/**
 * The conversation after one more event. What an attempt said that a crash cut off is dropped when the next attempt of
 * the same turn starts, so that nothing stands there twice.
 */
export const evolveTranscript = (
  view: TranscriptView | undefined,
  published: PublicEvent,
): TranscriptView | undefined => {
  const event = asSessionEvent(published);
  if (event.type === 'SessionPlanned') {
    return { sessionId: event.data.sessionId, revision: event.pos, turns: [] };
  }
  if (view === undefined) return undefined;
  return { ...view, turns: evolveTurns(view.turns, event), revision: event.pos };
};

const evolveTurns = (
  turns: readonly TranscriptTurn[],
  event: KnownSessionEvent,
): readonly TranscriptTurn[] => {
  const { at, pos } = event;
  switch (event.type) {
    case 'TurnSubmitted': {
      const { turnId, prompt, fixes, attachments } = event.data;
      const turn: TranscriptTurn = {
        turnId,
        prompt,
        status: 'queued',
        submittedAt: at,
        items: [],
        ...(fixes === undefined ? {} : { fixes }),
        ...(attachments === undefined ? {} : { attachments }),
      };
      return [...turns, turn];
    }
    case 'TurnStarted':
      return withTurn(turns, event.data.turnId, ({ error: _over, ...turn }) => ({
        ...turn,
        status: turn.status === 'cancelling' ? 'cancelling' : 'running',
        startedAt: at,
        items: event.data.resumes === undefined ? [] : takenUp(turn.items, event.data.resumes),
      }));
    case 'AgentSaid': {
      const { turnId, kind, text } = event.data;
      return withItem(turns, turnId, { kind, text, revision: pos });
    }
    case 'ToolCalled': {
      const { turnId, toolCallId, kind, title, path } = event.data;
      return withItem(turns, turnId, {
        kind: 'tool',
        toolCallId,
        tool: kind,
        title,
        status: 'running',
        revision: pos,
        ...(path === undefined ? {} : { path }),
      });
    }
    case 'ToolReturned':
      return withTurn(turns, event.data.turnId, (turn) => ({
        ...turn,
        items: turn.items.map((item) =>
          item.kind === 'tool' && item.toolCallId === event.data.toolCallId
            ? returned(item, event.data)
            : item,
        ),
      }));
    case 'UsageRecorded':
      return event.data.turnId === undefined
        ? turns
        : withTurn(turns, event.data.turnId, (turn) => ({
            ...turn,
            usage: added(turn.usage, event.data),
          }));
    case 'TurnCommitted': {
      const { turnId, sha } = event.data;
      // Once its session is forgotten, an encrypted list reads `[erased]`.
      const changed: readonly FileChange[] = Array.isArray(event.data.changed) ? event.data.changed : [];
      return withTurn(turns, turnId, (turn) => ({ ...turn, commit: { sha, changed } }));
    }
    case 'TurnVerified': {
      const { turnId, passed, checks, details } = event.data;
      const found: readonly CheckDetail[] = Array.isArray(details) ? details : [];
      return withItem(turns, turnId, {
        kind: 'checks',
        passed,
        checks: checks.map((check) => {
          const detail = found.find(({ kind }) => kind === check.kind)?.detail;
          return { ...check, ...(detail === undefined ? {} : { detail }) };
        }),
        revision: pos,
      });
    }
    case 'CorrectionRequested': {
      const { turnId, correction } = event.data;
      return withTurn(turns, turnId, (turn) => ({ ...turn, items: told(turn.items, correction) }));
    }
    case 'TurnFinished':
      return ended(turns, event.data.turnId, 'finished', at);
    case 'TurnFailed': {
      const { turnId, error, detail } = event.data;
      return withTurn(ended(turns, turnId, 'failed', at), turnId, (turn) => ({
        ...turn,
        error: detail === undefined ? error : { ...error, detail },
      }));
    }
    case 'TurnCancelRequested':
      return withTurn(turns, event.data.turnId, (turn) => ({ ...turn, status: 'cancelling' }));
    case 'TurnCancelled':
      return ended(turns, event.data.turnId, 'cancelled', at);
    case 'SessionForgotten':
      return turns.map(forgotten);
    default:
      return turns;
  }
};

const withTurn = (
  turns: readonly TranscriptTurn[],
  turnId: string,
  change: (turn: TranscriptTurn) => TranscriptTurn,
): readonly TranscriptTurn[] => turns.map((turn) => (turn.turnId === turnId ? change(turn) : turn));

const withItem = (
  turns: readonly TranscriptTurn[],
  turnId: string,
  item: TranscriptItem,
): readonly TranscriptTurn[] =>
  withTurn(turns, turnId, (turn) => ({ ...turn, items: [...turn.items, item] }));

const returned = (
  item: ToolItem,
  { status, output, diff }: Extract<KnownSessionEvent, { type: 'ToolReturned' }>['data'],
): ToolItem => ({
  ...item,
  status,
  ...(output === undefined ? {} : { output }),
  ...(diff === undefined || typeof diff === 'string' ? {} : { diff }),
});

const added = (before: TranscriptTurn['usage'], usage: Usage): NonNullable<TranscriptTurn['usage']> => {
  const cost = usage.costMicros ?? before?.costMicros;
  return {
    model: usage.model,
    calls: (before?.calls ?? 0) + (usage.outcome === 'failed' ? 0 : 1),
    inputTokens: (before?.inputTokens ?? 0) + usage.inputTokens,
    outputTokens: (before?.outputTokens ?? 0) + usage.outputTokens,
    cacheReadTokens: (before?.cacheReadTokens ?? 0) + usage.cacheReadTokens,
    cacheWriteTokens: (before?.cacheWriteTokens ?? 0) + usage.cacheWriteTokens,
    ...(cost === undefined ? {} : { costMicros: (before?.costMicros ?? 0) + (usage.costMicros ?? 0) }),
  };
};

/** A tool that was still running when its turn ended did not complete. */
const ended = (
  turns: readonly TranscriptTurn[],
  turnId: string,
  status: 'finished' | 'failed' | 'cancelled',
  at: string,
): readonly TranscriptTurn[] =>
  withTurn(turns, turnId, (turn) => ({
    ...turn,
    status,
    endedAt: at,
    items: turn.items.map(notRunning),
  }));

/** An agent that goes on answering goes on with its tools. */
const takenUp = (items: readonly TranscriptItem[], at: 'checks' | 'answer'): readonly TranscriptItem[] =>
  at === 'checks' ? items.map(notRunning) : items;

const notRunning = (item: TranscriptItem): TranscriptItem =>
  item.kind === 'tool' && item.status === 'running' ? { ...item, status: 'failed' } : item;

/** The last checks are what the agent was told of. */
const told = (items: readonly TranscriptItem[], correction: number): readonly TranscriptItem[] => {
  const last = items.findLastIndex(({ kind }) => kind === 'checks');
  return items.map((item, index) =>
    index === last && item.kind === 'checks' ? { ...item, correction } : item,
  );
};
