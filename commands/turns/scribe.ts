import type { AgentUpdate } from '../ports/agent.ts';
import type { Redactor } from '../redact.ts';
import { summarizeDiff } from './diff-summary.ts';
import type { TurnFact } from './run-turn.ts';

/** A paragraph that grows beyond this is recorded up to its last whole word; the next one goes on from there. */
const MAX_PARAGRAPH_CHARS = 4_000;
/** So is a code block that has not ended after this: an event has to end somewhere. */
const MAX_BLOCK_CHARS = 32_000;
const MAX_PATH_CHARS = 1_000;
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
  metered = false,
}: {
  readonly turnId: string;
  readonly attemptId: string;
  readonly redact: Redactor;
  readonly volatile: (text: { turnId: string; attemptId: string; kind: Kind; text: string }) => void;
  /** Every call is counted where it passes: what the agent says it used is the same again. */
  readonly metered?: boolean;
}) => {
  let kind: Kind = 'message';
  let pending = '';

  const said = (text: string): TurnFact[] =>
    text.trim() === ''
      ? []
      : [{ type: 'AgentSaid', data: { turnId, attemptId, kind, text: redact.whole(text.trim()) } }];

  const flush = (): TurnFact[] => {
    const facts = said(pending);
    pending = '';
    return facts;
  };

  const takeText = (next: Kind, text: string): TurnFact[] => {
    const facts = next === kind ? [] : flush();
    kind = next;
    pending += text;
    for (let end = endOf(pending); end > 0; end = endOf(pending)) {
      facts.push(...said(pending.slice(0, end)));
      pending = pending.slice(end).trimStart();
    }
    const shown = redact.growing(pending);
    if (shown.trim() !== '') volatile({ turnId, attemptId, kind, text: shown });
    return facts;
  };

  const take = (update: AgentUpdate): TurnFact[] => {
    switch (update.type) {
      case 'message':
      case 'thought':
        return takeText(update.type, update.text);
      case 'tool_call': {
        const { toolCallId, kind: tool, title, path } = update;
        const cleaned = redact.whole(title).slice(0, MAX_TITLE_CHARS);
        const data = { turnId, attemptId, toolCallId, kind: tool, title: cleaned };
        const where = path === undefined ? {} : { path: redact.whole(path).slice(0, MAX_PATH_CHARS) };
        return [...flush(), { type: 'ToolCalled', data: { ...data, ...where } }];
      }
      case 'tool_result': {
        const { toolCallId, status, output, diff } = update;
        const result = {
          ...(output === undefined ? {} : { output: redact.whole(output).slice(0, MAX_OUTPUT_CHARS) }),
          ...(diff === undefined ? {} : { diff: summarizeDiff(diff, redact.whole) }),
        };
        return [
          ...flush(),
          { type: 'ToolReturned', data: { turnId, attemptId, toolCallId, status, ...result } },
        ];
      }
      case 'usage': {
        if (metered) return [];
        const { model, inputTokens, outputTokens } = update;
        const cached = {
          cacheReadTokens: update.cacheReadTokens ?? 0,
          cacheWriteTokens: update.cacheWriteTokens ?? 0,
        };
        const usage = { turnId, model, inputTokens, outputTokens, ...cached };
        return [
          ...flush(),
          { type: 'UsageRecorded', data: { ...usage, source: 'agent', outcome: 'complete' } },
        ];
      }
      default:
        return [];
    }
  };

  return { take, finish: flush };
};

/**
 * Where the text so far can be cut, or -1. A fence that is still open would be torn in two by a paragraph end inside
 * it; a word may be half of a secret.
 */
const endOf = (text: string): number => {
  const paragraph = text.lastIndexOf('\n\n');
  if (paragraph > 0 && isClosed(text.slice(0, paragraph))) return paragraph;
  if (text.length <= MAX_PARAGRAPH_CHARS) return -1;
  const word = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\n'));
  if (text.length > MAX_BLOCK_CHARS) return word > 0 ? word : text.length;
  return word > 0 && isClosed(text.slice(0, word)) ? word : -1;
};

const isClosed = (text: string): boolean => fences(text) % 2 === 0;

const fences = (text: string): number => text.split('```').length - 1;
