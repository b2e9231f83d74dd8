import type { IncomingMessage } from 'node:http';
import type * as z from 'zod';
import { Problem } from './problem.ts';

/** Room for a 1 MiB `stdin` or prompt after JSON escaping. */
const MAX_JSON_BYTES = 4 * 1024 * 1024;

/**
 * The whole body, or a 413 where it is longer than `maxBytes`. A body that is too long is read to its end all the same
 * (and dropped): answering earlier closes the socket under a client that still writes, and it never sees the answer.
 */
export const readBytes = async (request: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  if (size > maxBytes) {
    throw new Problem(413, 'body_too_large', `The body may have at most ${maxBytes} bytes.`);
  }
  return Buffer.concat(chunks);
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, 'malformed_json', 'The body must be JSON.');
  }
};

/** The body as JSON of that schema; an empty body reads as `{}`. 400 names the field, never its value. */
export const readJson = async <T>(
  request: IncomingMessage,
  schema: z.ZodType<T>,
  maxBytes = MAX_JSON_BYTES,
): Promise<T> => {
  const bytes = await readBytes(request, maxBytes);
  return check(schema, bytes.length === 0 ? {} : parse(bytes.toString('utf8')));
};

export const check = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'body' : issue.path.join('.');
  throw new Problem(400, 'invalid_request', `${where}: ${issue?.message ?? 'is not valid'}`);
};
