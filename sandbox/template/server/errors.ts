import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { ZodError } from 'zod';
import { MissingService } from './env.ts';

/** Turns whatever a route threw into `{ error }` with a sentence for a person, and logs what a developer needs. */
export function answerError(error: Error, c: Context): Response {
  if (error instanceof HTTPException) return c.json({ error: error.message }, error.status);
  if (error instanceof ZodError) return c.json({ error: complaints(error) }, 400);
  if (error instanceof SyntaxError) return c.json({ error: 'The request is not valid JSON.' }, 400);

  console.error(`${c.req.method} ${c.req.path}:`, error);
  if (error instanceof MissingService) return c.json({ error: error.message }, 503);
  return c.json({ error: explain(error) }, 500);
}

/** Messages written for people stand alone; zod's own need the field they are about. */
const complaints = (error: ZodError): string =>
  error.issues
    .map(({ path, message }) => (message.startsWith('Invalid') ? `${path.join('.')}: ${message}` : message))
    .join(' ');

// https://www.postgresql.org/docs/17/errcodes-appendix.html
const POSTGRES: Record<string, string> = {
  '42P01': 'A table is missing in the database. Run `npm run db:change`.',
  '42703': 'A column is missing in the database. Run `npm run db:change`.',
  ECONNREFUSED: 'The database does not answer. Try again in a moment.',
};

/** Details only while developing: a deployed app does not tell strangers how it is built. */
function explain(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (POSTGRES[code]) return POSTGRES[code];
  return process.env.NODE_ENV === 'production' ? 'Something went wrong.' : cause.message;
}
