import * as z from 'zod';

const noNul = (text: string): boolean => !text.includes('\0');

export const absolutePath = z.string().startsWith('/').max(4_096).refine(noNul);
export const id = z.string().min(1).max(200);
export const envRecord = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
  z
    .string()
    .max(64 * 1024)
    .refine(noNul),
);

const named = z.object({ name: z.string().min(1).max(200), value: z.string().max(16 * 1024) });

export const mcpServer = z.union([
  z.strictObject({
    type: z.enum(['http', 'sse']),
    name: z.string().min(1).max(200),
    url: z.url(),
    headers: z.array(named).max(50).default([]),
  }),
  z.strictObject({
    name: z.string().min(1).max(200),
    command: z.string().min(1).max(4_096),
    args: z
      .array(z.string().max(16 * 1024))
      .max(200)
      .default([]),
    env: z.array(named).max(200).default([]),
  }),
]);

export const sessionSetup = z.strictObject({
  cwd: absolutePath.default('/app'),
  mcpServers: z.array(mcpServer).max(20).default([]),
  systemPrompt: z
    .string()
    .max(256 * 1024)
    .optional(),
});

export const execCommand = z.strictObject({
  cmd: z.tuple(
    [z.string().min(1).refine(noNul)],
    z
      .string()
      .max(128 * 1024)
      .refine(noNul),
  ),
  cwd: absolutePath.default('/app'),
  env: envRecord.default({}),
  stdin: z
    .string()
    .max(1024 * 1024)
    .optional(),
  timeoutMs: z.number().int().min(1).max(600_000),
});
