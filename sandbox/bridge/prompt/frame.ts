/**
 * What a running prompt says, one JSON object a line. The control plane's `AgentUpdate` is the same shape; it is
 * written down here again because a sandbox carries nothing of the control plane's code.
 */
export type FrameBody =
  | { readonly type: 'message' | 'thought'; readonly text: string }
  | {
      readonly type: 'tool_call';
      readonly toolCallId: string;
      readonly title: string;
      readonly kind: string;
      readonly path?: string;
    }
  | {
      readonly type: 'tool_result';
      readonly toolCallId: string;
      readonly status: 'completed' | 'failed';
      readonly output?: string;
      readonly diff?: { readonly path: string; readonly oldText: string | null; readonly newText: string };
    }
  | {
      readonly type: 'usage';
      readonly model: string;
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly cacheReadTokens?: number;
      readonly cacheWriteTokens?: number;
    }
  | { readonly type: 'result'; readonly stopReason: string }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

/** `eventId` counts from 1 per prompt. */
export type Frame = FrameBody & { readonly eventId: number };

export type ToolCallFrame = Extract<FrameBody, { type: 'tool_call' }>;
export type ToolResultFrame = Extract<FrameBody, { type: 'tool_result' }>;

/** Keeps a text to `limit` characters and says so where it was longer. */
export const clip = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit)}\n… [${text.length - limit} more characters]`;
