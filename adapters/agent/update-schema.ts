import { z } from 'zod';
import type { AgentUpdate } from '../../commands/ports/agent.ts';

/** Somewhat above what an honest bridge sends (`sandbox/bridge/prompt`), far below what would hurt. */
const text = z.string().max(64 * 1024);
const side = z.string().max(128 * 1024);
const id = z.string().min(1).max(300);
const path = z.string().max(2_000);
const tokens = z.number().int().min(0).max(1e12);
const eventId = z.number().int().min(1);

const schema: z.ZodType<AgentUpdate> = z.discriminatedUnion('type', [
  z.object({ eventId, type: z.literal('message'), text }),
  z.object({ eventId, type: z.literal('thought'), text }),
  z.object({
    eventId,
    type: z.literal('tool_call'),
    toolCallId: id,
    title: z.string().max(1_000),
    kind: z.string().max(40),
    path: path.exactOptional(),
  }),
  z.object({
    eventId,
    type: z.literal('tool_result'),
    toolCallId: id,
    status: z.enum(['completed', 'failed']),
    output: text.exactOptional(),
    diff: z.object({ path, oldText: side.nullable(), newText: side }).exactOptional(),
  }),
  z.object({
    eventId,
    type: z.literal('usage'),
    model: z.string().max(200),
    inputTokens: tokens,
    outputTokens: tokens,
    cacheReadTokens: tokens.exactOptional(),
    cacheWriteTokens: tokens.exactOptional(),
  }),
  z.object({ eventId, type: z.literal('result'), stopReason: z.string().max(100) }),
  z.object({
    eventId,
    type: z.literal('error'),
    code: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
    message: z.string().max(2_000),
  }),
]);

/** A line of the prompt stream as an update, or `undefined` for anything else: the sandbox may send what it likes. */
export const parseUpdate = (line: string): AgentUpdate | undefined => {
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
};
