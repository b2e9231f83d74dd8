import type { ToolCall, ToolCallContent, ToolCallUpdate } from '@agentclientprotocol/sdk/unstable';
import { clip, type ToolCallFrame, type ToolResultFrame } from './frame.ts';
import type { Outbox } from './outbox.ts';

const MAX_TITLE = 500;
const MAX_PATH = 1_000;
const MAX_OUTPUT = 16 * 1024;
const MAX_DIFF_SIDE = 64 * 1024;
/** Tool calls remembered per prompt; a flood of them must not fill the sandbox's memory. */
const MAX_KNOWN = 1_000;

type Known = Omit<ToolCall, 'toolCallId'>;

const text = (content: readonly ToolCallContent[]): string =>
  content
    .flatMap((part) => (part.type === 'content' && part.content.type === 'text' ? [part.content.text] : []))
    .join('\n');

const merge = (known: Known, update: ToolCallUpdate): Known => ({
  title: update.title ?? known.title,
  kind: update.kind ?? known.kind ?? 'other',
  status: update.status ?? known.status ?? 'pending',
  content: update.content ?? known.content ?? [],
  locations: update.locations ?? known.locations ?? [],
  rawInput: update.rawInput ?? known.rawInput,
});

const isBare = (known: Known): boolean => {
  const input = known.rawInput;
  const hasInput = typeof input === 'object' && input !== null && Object.keys(input).length > 0;
  return known.status === 'pending' && !hasInput && (known.locations ?? []).length === 0;
};

const callFrame = (toolCallId: string, known: Known, shown: (path: string) => string): ToolCallFrame => {
  const path = known.locations?.[0]?.path;
  return {
    type: 'tool_call',
    toolCallId,
    title: clip(known.title, MAX_TITLE),
    kind: known.kind ?? 'other',
    ...(path === undefined ? {} : { path: clip(shown(path), MAX_PATH) }),
  };
};

const resultFrame = (
  toolCallId: string,
  known: Known,
  status: 'completed' | 'failed',
  shown: (path: string) => string,
): ToolResultFrame => {
  const content = known.content ?? [];
  const output = text(content);
  const diff = content.find((part) => part.type === 'diff');
  return {
    type: 'tool_result',
    toolCallId,
    status,
    ...(output === '' ? {} : { output: clip(output, MAX_OUTPUT) }),
    ...(diff === undefined
      ? {}
      : {
          diff: {
            path: clip(shown(diff.path), MAX_PATH),
            oldText: diff.oldText == null ? null : clip(diff.oldText, MAX_DIFF_SIDE),
            newText: clip(diff.newText, MAX_DIFF_SIDE),
          },
        }),
  };
};

const isSettled = (status: Known['status']): status is 'completed' | 'failed' =>
  status === 'completed' || status === 'failed';

/** Takes ACP `tool_call` and `tool_call_update`, which add up to one call, and tells of each call and its result once. */
export const createToolCalls = (outbox: Outbox, shown: (path: string) => string) => {
  const calls = new Map<string, Known>();

  const remember = (toolCallId: string, known: Known): void => {
    const [oldest] = calls.keys();
    if (!calls.has(toolCallId) && calls.size >= MAX_KNOWN && oldest !== undefined) calls.delete(oldest);
    calls.set(toolCallId, known);
  };

  return (update: ToolCallUpdate): void => {
    const toolCallId = clip(update.toolCallId, 200);
    const before = calls.get(toolCallId);
    if (isSettled(before?.status)) return;
    const known = merge(before ?? { title: 'Tool call' }, update);
    remember(toolCallId, known);

    const call = callFrame(toolCallId, known, shown);
    if (before !== undefined) {
      if (!isBare(known)) outbox.ripen(call);
    } else if (isBare(known)) outbox.hold(call);
    else outbox.send(call);

    if (isSettled(known.status)) outbox.send(resultFrame(toolCallId, known, known.status, shown));
  };
};
