import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import fastify from 'fastify';
import { type Script, scripted } from '../scripted.ts';
import { type MessagesRequest, type Part, placeIn, systemOf, tokensOf } from './messages.ts';
import { errorEvent, eventsOf, messageOf } from './streaming.ts';

/** What the model answers to a request, and how. */
export type Answer = {
  readonly parts: readonly Part[];
  /**
   * `stalls`: begins and then says nothing more, for as long as the client waits · `breaks`: begins and ends in an
   * error event · `slow`: an event every 30 ms, or all of it after 300.
   */
  readonly how?: 'stalls' | 'breaks' | 'slow';
};

/** Answers to what was asked last, one after the other; the last one is repeated. */
export type Story = { readonly when: RegExp; readonly answers: readonly (Answer | readonly Part[])[] };

export type Call = {
  readonly request: MessagesRequest;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The client went away before the end. */
  hungUp: boolean;
};

export type AnthropicStandIn = Script & {
  /** What `ANTHROPIC_BASE_URL` is set to. */
  readonly url: string;
  /** Every call of `POST /v1/messages` that was answered by the model, in order. */
  readonly calls: Call[];
  /** From now on the model knows this. */
  readonly tells: (stories: readonly Story[]) => void;
  readonly close: () => Promise<void>;
};

const MODELS = [
  { id: 'claude-opus-5-5', display_name: 'Claude Opus 5.5' },
  { id: 'claude-sonnet-5-5', display_name: 'Claude Sonnet 5.5' },
  { id: 'claude-haiku-5-5', display_name: 'Claude Haiku 5.5' },
].map((model) => ({ type: 'model', created_at: '2026-10-07T00:00:00Z', ...model }));

const SLOW_MS = 30;
const SLOW_WHOLE_MS = 300;
const requestId = (): string => `req_01${randomUUID().replaceAll('-', '').slice(0, 22)}`;

/** https://platform.claude.com/docs/en/api/errors */
export const anthropicError = (type: string, message: string) => ({
  type: 'error',
  error: { type, message },
  request_id: requestId(),
});

const isParts = (answer: Answer | readonly Part[]): answer is readonly Part[] => Array.isArray(answer);

/**
 * The Messages API with a model that does what a test tells it: `POST /v1/messages`, streamed or whole, its token counts,
 * `POST /v1/messages/count_tokens` and `GET /v1/models`.
 * - the key comes in `x-api-key`; another one is 401 `authentication_error`, no version 400: https://platform.claude.com/docs/en/api/overview
 * - errors have `{type: "error", error: {type, message}, request_id}` and a `request-id` header; 429 tells when to come
 *   back in `retry-after`, 529 is `overloaded_error`: https://platform.claude.com/docs/en/api/errors
 * - a client that leaves ends the generation.
 */
export const startAnthropicStandIn = async ({ key }: { readonly key: string }): Promise<AnthropicStandIn> => {
  const calls: Call[] = [];
  let stories: readonly Story[] = [];
  const server = fastify({ forceCloseConnections: true, bodyLimit: 40 * 2 ** 20 });

  server.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', requestId());
    if (request.headers['x-api-key'] !== key)
      return reply.code(401).send(anthropicError('authentication_error', 'invalid x-api-key'));
    if (request.headers['anthropic-version'] === undefined)
      return reply
        .code(400)
        .send(anthropicError('invalid_request_error', 'anthropic-version: header is required'));
  });
  const script = scripted(server);

  const answerTo = (request: MessagesRequest): Answer => {
    const { asked, step } = placeIn(request);
    // What has no tools is no turn of an agent: it asks for a title, or whether the model is there. Or for a page.
    const isTurn = (request.tools ?? []).length > 0 || /self-contained HTML/.test(systemOf(request));
    const story = isTurn ? stories.find(({ when }) => when.test(asked)) : undefined;
    const answer = story?.answers[Math.min(step, story.answers.length - 1)] ?? [{ says: 'All right.' }];
    return isParts(answer) ? { parts: answer } : answer;
  };

  server.post('/v1/messages', async (request, reply) => {
    const body = request.body as MessagesRequest;
    if (!Array.isArray(body?.messages) || typeof body.max_tokens !== 'number')
      return reply.code(400).send(anthropicError('invalid_request_error', 'messages: Field required'));
    const call: Call = { request: body, headers: request.headers, hungUp: false };
    calls.push(call);
    const { parts, how } = answerTo(body);
    const usage = {
      input_tokens: tokensOf(body.messages),
      cache_creation_input_tokens: tokensOf(body.system),
      cache_read_input_tokens: tokensOf(body.tools),
      output_tokens: tokensOf(parts),
    };
    if (body.stream !== true) {
      if (how === 'slow') await sleep(SLOW_WHOLE_MS);
      return messageOf(body.model, parts, usage);
    }
    reply.hijack();
    reply.raw.on('close', () => {
      call.hungUp = !reply.raw.writableFinished;
    });
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'request-id': requestId(),
    });
    await play(reply.raw, eventsOf(body.model, parts, usage), how);
  });

  server.post('/v1/messages/count_tokens', async (request) => ({ input_tokens: tokensOf(request.body) }));
  server.get('/v1/models', async () => ({
    data: MODELS,
    has_more: false,
    first_id: MODELS[0]?.id,
    last_id: MODELS.at(-1)?.id,
  }));
  server.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send(anthropicError('not_found_error', 'Not found')),
  );

  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...script,
    url,
    calls,
    tells: (told) => {
      stories = told;
    },
    close: () => server.close(),
  };
};

const play = async (raw: ServerResponse, events: readonly string[], how: Answer['how']): Promise<void> => {
  const half = Math.max(2, Math.floor(events.length / 2));
  for (const [index, event] of events.entries()) {
    if (raw.destroyed) return;
    if (how === 'stalls' && index === half) return;
    if (how === 'breaks' && index === half) {
      raw.end(errorEvent('overloaded_error', 'Overloaded'));
      return;
    }
    raw.write(event);
    if (how === 'slow') await sleep(SLOW_MS);
  }
  raw.end();
};
