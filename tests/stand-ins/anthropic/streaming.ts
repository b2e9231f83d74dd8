import { randomUUID } from 'node:crypto';
import type { Part } from './messages.ts';

export type Usage = {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly output_tokens: number;
};

const idOf = (kind: 'msg' | 'toolu'): string => `${kind}_01${randomUUID().replaceAll('-', '').slice(0, 22)}`;

const contentOf = (parts: readonly Part[]) =>
  parts.map((part) =>
    'says' in part
      ? ({ type: 'text', text: part.says } as const)
      : ({ type: 'tool_use', id: idOf('toolu'), name: part.uses, input: part.with } as const),
  );

const stopReasonOf = (parts: readonly Part[]) =>
  parts.some((part) => 'uses' in part) ? 'tool_use' : 'end_turn';

/** A whole answer: https://platform.claude.com/docs/en/api/messages. */
export const messageOf = (model: string, parts: readonly Part[], usage: Usage) => ({
  id: idOf('msg'),
  type: 'message',
  role: 'assistant',
  model,
  content: contentOf(parts),
  stop_reason: stopReasonOf(parts),
  stop_sequence: null,
  usage,
});

const event = (type: string, data: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

const inPieces = (text: string, size: number): readonly string[] =>
  text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [''];

/**
 * The same answer as server-sent events, in the order and with the counts documented at
 * https://platform.claude.com/docs/en/build-with-claude/streaming: `message_start` knows the input, the `message_delta`
 * before the end has the cumulative output.
 */
export const eventsOf = (model: string, parts: readonly Part[], usage: Usage): readonly string[] => {
  const { content: _whole, ...message } = messageOf(model, parts, usage);
  return [
    event('message_start', {
      message: {
        ...message,
        content: [],
        stop_reason: null,
        usage: { ...usage, output_tokens: 1 },
      },
    }),
    event('ping'),
    ...contentOf(parts).flatMap((block, index) =>
      block.type === 'text'
        ? [
            event('content_block_start', { index, content_block: { type: 'text', text: '' } }),
            ...inPieces(block.text, 12).map((text) =>
              event('content_block_delta', { index, delta: { type: 'text_delta', text } }),
            ),
            event('content_block_stop', { index }),
          ]
        : [
            event('content_block_start', { index, content_block: { ...block, input: {} } }),
            ...inPieces(JSON.stringify(block.input), 200).map((partial_json) =>
              event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json } }),
            ),
            event('content_block_stop', { index }),
          ],
    ),
    event('message_delta', {
      delta: { stop_reason: message.stop_reason, stop_sequence: null },
      usage: { output_tokens: usage.output_tokens },
    }),
    event('message_stop'),
  ];
};

/** Errors may come in the middle of a stream: the same page, "Error events". */
export const errorEvent = (type: string, message: string): string =>
  event('error', { error: { type, message } });
