import type { AgentUpdate } from '../ports/agent.ts';
import { summarizeDiff } from './diff-summary.ts';
import type { TurnFact } from './run-turn.ts';

/** A paragraph that grows beyond this is recorded as it stands; the next one goes on from there. */
const MAX_PARAGRAPH_CHARS = 4_000;
const MAX_OUTPUT_CHARS = 8_000;
const MAX_TITLE_CHARS = 300;

type Kind = 'message' | 'thought';

/**
 * Turns the agent's stream into events: text by the paragraph, tool calls one by one, so that a turn is some tens of
 * events. What is still growing is shown through `volatile`, whole, so that a lost frame loses nothing.
 */
export const createScribe = ({
  turnId,
  attemptId,
  redact,
  volatile,
}: {
  readonly turnId: string;
  readonly attemptId: string;
  readonly redact: (text: string) => string;
  readonly volatile: (text: { turnId: string; attemptId: string; kind: Kind; text: string }) => void;
}) => {
  let kind: Kind = 'message';
  let pending = '';

  const said = (text: string): TurnFact[] =>
    text.trim() === ''
      ? []
      : [{ type: 'AgentSaid', data: { turnId, attemptId, kind, text: redact(text.trim()) } }];

  const flush = (): TurnFact[] => {
    const facts = said(pending);
    pending = '';
    return facts;
  };

  const takeText = (next: Kind, text: string): TurnFact[] => {
    const facts = next === kind ? [] : flush();
    kind = next;
    pending += text;
    const end = Math.max(
      pending.lastIndexOf('\n\n'),
      pending.length > MAX_PARAGRAPH_CHARS ? pending.length : -1,
    );
    // A fence that is still open would be torn in two by a paragraph end inside it.
    if (end > 0 && fences(pending.slice(0, end)) % 2 === 0) {
      facts.push(...said(pending.slice(0, end)));
      pending = pending.slice(end).trimStart();
    }
    if (pending !== '') volatile({ turnId, attemptId, kind, text: redact(pending) });
    return facts;
  };

  const take = (update: AgentUpdate): TurnFact[] => {
    switch (update.type) {
      case 'message':
      case 'thought':
        return takeText(update.type, update.text);
      case 'tool_call': {
        const { toolCallId, kind: tool, title, path } = update;
        const cleaned = redact(title).slice(0, MAX_TITLE_CHARS);
        const data = { turnId, attemptId, toolCallId, kind: tool, title: cleaned };
        return [...flush(), { type: 'ToolCalled', data: path === undefined ? data : { ...data, path } }];
      }
      case 'tool_result': {
        const { toolCallId, status, output, diff } = update;
        const result = {
          ...(output === undefined ? {} : { output: redact(output).slice(0, MAX_OUTPUT_CHARS) }),
          ...(diff === undefined ? {} : { diff: summarizeDiff(diff, redact) }),
        };
        return [
          ...flush(),
          { type: 'ToolReturned', data: { turnId, attemptId, toolCallId, status, ...result } },
        ];
      }
      case 'usage': {
        const { model, inputTokens, outputTokens } = update;
        return [...flush(), { type: 'UsageRecorded', data: { turnId, model, inputTokens, outputTokens } }];
      }
      default:
        return [];
    }
  };

  return { take, finish: flush };
};

const fences = (text: string): number => text.split('```').length - 1;
