import type { ContentBlock, SessionUpdate } from '@agentclientprotocol/sdk/unstable';
import type { Outbox } from './outbox.ts';
import { createToolCalls } from './tool-calls.ts';

const textOf = (block: ContentBlock): string => {
  if (block.type === 'text') return block.text;
  if (block.type === 'resource_link') return `[${block.name}](${block.uri})`;
  return '';
};

/**
 * Turns ACP `session/update` into frames. What has no place in the product's conversation (modes, command lists, plans,
 * context-window figures, the visitor's own words replayed) is left out.
 */
export const createTranslator = (outbox: Outbox, shown: (path: string) => string) => {
  const toolCall = createToolCalls(outbox, shown);

  return (update: SessionUpdate): void => {
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
        outbox.text('message', textOf(update.content), update.messageId ?? undefined);
        break;
      case 'agent_thought_chunk':
        outbox.text('thought', textOf(update.content), update.messageId ?? undefined);
        break;
      case 'tool_call':
      case 'tool_call_update':
        toolCall(update);
        break;
      case 'notice':
        outbox.send({ type: 'message', text: [update.title, update.description ?? ''].join('\n').trim() });
        break;
      default:
    }
  };
};
