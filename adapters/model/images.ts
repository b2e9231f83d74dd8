import { z } from 'zod';

const image = z.object({
  type: z.literal('image'),
  source: z.object({ type: z.literal('base64'), data: z.string() }),
});
const withContent = z.object({ content: z.array(z.unknown()) });
const toolResult = z.object({ type: z.literal('tool_result'), content: z.array(z.unknown()) });

export type Images = {
  readonly count: number;
  /** Bytes of the body that are an image's base64. */
  readonly bytes: number;
};

const imagesOf = (blocks: readonly unknown[]): readonly string[] =>
  blocks.flatMap((block) => {
    const seen = image.safeParse(block);
    if (seen.success) return [seen.data.source.data];
    const result = toolResult.safeParse(block);
    return result.success ? imagesOf(result.data.content) : [];
  });

/** Images where the Messages API takes them for images: in messages, and in the results of tools. */
export const imagesIn = (messages: unknown): Images => {
  const data = (Array.isArray(messages) ? messages : []).flatMap((message) => {
    const parsed = withContent.safeParse(message);
    return parsed.success ? imagesOf(parsed.data.content) : [];
  });
  return { count: data.length, bytes: data.reduce((sum, { length }) => sum + length, 0) };
};
