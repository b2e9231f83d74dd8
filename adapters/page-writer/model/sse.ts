import { z } from 'zod';

/** `isWhole`: it ended because it was done, and not because it was too long. */
export type Delta =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'error' }
  | { readonly type: 'end'; readonly isWhole: boolean };

const eventSchema = z.object({
  type: z.string(),
  delta: z.looseObject({ text: z.string().nullish(), stop_reason: z.string().nullish() }).nullish(),
});

/** An event is one line of JSON. */
const MAX_LINE = 1024 * 1024;

/** The text of an answer as it comes: https://platform.claude.com/docs/en/build-with-claude/streaming. */
export async function* deltasOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Delta, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  let reason = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) return yield { type: 'error' };
    for (const line of lines) {
      const event = line.startsWith('data:') ? parsed(line.slice('data:'.length)) : undefined;
      if (event === undefined) continue;
      if (event.type === 'error') return yield { type: 'error' };
      if (event.type === 'content_block_delta' && typeof event.delta?.text === 'string')
        yield { type: 'text', text: event.delta.text };
      if (event.type === 'message_delta') reason = event.delta?.stop_reason ?? reason;
      if (event.type === 'message_stop') return yield { type: 'end', isWhole: reason !== 'max_tokens' };
    }
  }
}

const parsed = (text: string): z.infer<typeof eventSchema> | undefined => {
  try {
    return eventSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};
