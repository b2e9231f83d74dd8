import * as z from 'zod';
import type { SessionTable } from '../agent/session-table.ts';
import { readJson } from '../http/body.ts';
import { Problem } from '../http/problem.ts';
import type { Routes } from '../http/server.ts';
import { streamTurn } from '../prompt/stream.ts';
import type { Turn, Turns } from '../prompt/turns.ts';
import { id } from './schemas.ts';

/** Pictures of a message, escaped no further than base64. */
const MAX_PROMPT_BYTES = 16 * 1024 * 1024;

const picture = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9]+\.[a-z]+$/, 'must be a file name, like a1.png')
    .max(60),
  mediaType: z.enum(['image/png', 'image/jpeg', 'image/webp', 'image/gif']),
  data: z.base64().max(4 * 1024 * 1024),
});
const prompt = z.strictObject({
  pictures: z.array(picture).max(8).default([]),
  sessionId: id,
  promptId: id.regex(/^[\w.:-]+$/, 'may have letters, digits and . : _ - only'),
  text: z
    .string()
    .min(1)
    .max(256 * 1024),
});
const cancel = z.strictObject({ sessionId: id });
const after = z.coerce.number().int().min(0);

const cursor = (turn: Turn, query: URLSearchParams): number => {
  const parsed = after.safeParse(query.get('after') ?? '0');
  if (parsed.success && parsed.data <= turn.buffer.lastId()) return parsed.data;
  throw new Problem(400, 'invalid_cursor', 'after must be an eventId of this prompt, or 0.');
};

/** Prompts: start or attach, resume by event id, cancel. */
export const promptRoutes = (turns: Turns, sessions: SessionTable): Routes => ({
  'POST /session/prompt': async ({ request, response, gone }) => {
    const { sessionId, promptId, ...message } = await readJson(request, prompt, MAX_PROMPT_BYTES);
    const turn = turns.start(promptId, sessions.find(sessionId), message);
    await streamTurn(turn, 0, response, gone);
  },
  'GET /session/prompt/:parameter': async ({ parameter, query, response, gone }) => {
    const turn = turns.find(parameter);
    await streamTurn(turn, cursor(turn, query), response, gone);
  },
  'POST /session/cancel': async ({ request }) => {
    const { turn } = sessions.find((await readJson(request, cancel)).sessionId);
    const wasRunning = turn !== undefined && !turn.hasEnded();
    await turn?.cancel();
    return { cancelled: wasRunning };
  },
});
