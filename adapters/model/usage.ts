import { z } from 'zod';
import type { Counts } from './prices.ts';

const count = z.number().int().min(0).max(1e9).nullish();
const usageSchema = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
  cache_creation: z.object({ ephemeral_1h_input_tokens: count }).nullish(),
  server_tool_use: z.object({ web_search_requests: count }).nullish(),
});
type Usage = z.infer<typeof usageSchema>;

const eventSchema = z.object({
  type: z.string(),
  message: z.object({ usage: usageSchema }).nullish(),
  usage: usageSchema.nullish(),
  delta: z
    .looseObject({
      text: z.string().nullish(),
      partial_json: z.string().nullish(),
      thinking: z.string().nullish(),
    })
    .nullish(),
  error: z.object({ type: z.string().max(60) }).nullish(),
});
const answerSchema = z.object({ usage: usageSchema });
const errorSchema = z.object({ error: z.object({ type: z.string().regex(/^[a-z_]{1,60}$/) }) });

export const NOTHING: Counts = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWriteLongTokens: 0,
  webSearches: 0,
};

/** Later counts are cumulative: each takes the place of the one before, and what is not told stays. */
const merged = (before: Counts, usage: Usage): Counts => ({
  inputTokens: usage.input_tokens ?? before.inputTokens,
  outputTokens: usage.output_tokens ?? before.outputTokens,
  cacheReadTokens: usage.cache_read_input_tokens ?? before.cacheReadTokens,
  cacheWriteTokens: usage.cache_creation_input_tokens ?? before.cacheWriteTokens,
  cacheWriteLongTokens: usage.cache_creation?.ephemeral_1h_input_tokens ?? before.cacheWriteLongTokens,
  webSearches: usage.server_tool_use?.web_search_requests ?? before.webSearches,
});

const parsed = <T>(schema: z.ZodType<T>, text: string): T | undefined => {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** What a whole answer says it has used; `undefined` where it says nothing. */
export const countsOf = (body: string): Counts | undefined => {
  const answer = parsed(answerSchema, body);
  return answer === undefined ? undefined : merged(NOTHING, answer.usage);
};

/** The error's type as the API names it; what cannot be read is an `api_error`. */
export const errorTypeOf = (body: string): string => parsed(errorSchema, body)?.error.type ?? 'api_error';

/** An event is one line of JSON; whoever sends a longer one is not counted by it. */
const MAX_LINE = 1024 * 1024;
/** Fewer characters a token than any text has, so that what is estimated is rather too much. */
const CHARACTERS_PER_TOKEN = 3;

/**
 * Reads along a stream of server-sent events as it passes: what has been counted so far, and how it stands. A stream
 * that ends before its `message_stop` has told its input exactly, and of its output only what came: that is estimated.
 */
export const createUsageReader = () => {
  const decoder = new TextDecoder();
  let rest = '';
  let counts = NOTHING;
  let characters = 0;
  let error: string | undefined;
  let isComplete = false;

  const line = (text: string): void => {
    if (!text.startsWith('data:')) return;
    const event = parsed(eventSchema, text.slice('data:'.length));
    if (event === undefined) return;
    if (event.message?.usage != null) counts = merged(counts, event.message.usage);
    if (event.usage != null) counts = merged(counts, event.usage);
    const { text: said, partial_json: called, thinking } = event.delta ?? {};
    characters += (said ?? called ?? thinking ?? '').length;
    if (event.type === 'error') error = event.error?.type ?? 'api_error';
    if (event.type === 'message_stop') isComplete = true;
  };

  return {
    push: (chunk: Uint8Array): void => {
      rest += decoder.decode(chunk, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE) rest = '';
      for (const each of lines) line(each);
    },
    isComplete: (): boolean => isComplete,
    error: (): string | undefined => error,
    counts: (): Counts =>
      isComplete
        ? counts
        : {
            ...counts,
            outputTokens: Math.max(counts.outputTokens, Math.ceil(characters / CHARACTERS_PER_TOKEN)),
          },
  };
};
