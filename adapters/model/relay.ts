import { once } from 'node:events';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { imagesIn } from './images.ts';
import type { Caller, Meter } from './meter.ts';
import { costOf, type Price, type PriceTable, priceOf, worstCaseOf } from './prices.ts';
import { createRate } from './rate.ts';
import { REFUSED, type Refusal } from './refusals.ts';
import { countsOf, createUsageReader, errorTypeOf, NOTHING } from './usage.ts';

export type ModelRelayOptions = {
  readonly port: number;
  /** Of the Messages API, without a trailing slash: https://api.anthropic.com */
  readonly baseUrl: string;
  /** Never leaves this process but to there; none where a compatible server wants none. */
  readonly key: string | undefined;
  readonly prices: PriceTable;
  /** Words of which a model's id must have one, like `haiku`; none: every model whose price is known. */
  readonly models: readonly string[];
  readonly callsPerMinute: number;
};

export type ModelRelay = {
  readonly url: string;
  readonly port: number;
  /** From then on calls are passed on; until then they are told to come back. */
  readonly serve: (meter: Meter) => void;
  readonly close: () => Promise<void>;
};

/** What the Messages API itself takes: https://platform.claude.com/docs/en/api/overview, "Request size limits". */
const MAX_BYTES = 32 * 1024 * 1024;
/** Longest a call may take, its answer included. The SDKs' own limit. */
const LIMIT_MS = 10 * 60_000;
const ALWAYS_PASSED_ON = ['content-type', 'user-agent'];
/** All that steers the answer: versions, betas. Keys, cookies and what names the connection stay here. */
const PASSED_ON = /^(anthropic-|x-stainless-|x-app$|x-claude-code-)/;
const PASSED_BACK = /^(content-type|retry-after|retry-after-ms|request-id|x-should-retry|anthropic-.*)$/;

const requestSchema = z.looseObject({
  model: z.string().min(1).max(200),
  max_tokens: z.number().int().min(0).max(1_000_000),
  stream: z.boolean().nullish(),
  speed: z.string().nullish(),
});

const tokenOf = ({ 'x-api-key': key, authorization }: IncomingHttpHeaders): string =>
  typeof key === 'string' && key !== '' ? key : (/^Bearer (\S+)$/.exec(authorization ?? '')?.[1] ?? '');

/**
 * The Messages API for sandboxes: they hold a token that only this relay knows, and the key is put in its place here.
 * Every call is reserved before it is passed on and recorded when it has ended, however that was.
 */
export const startModelRelay = async (options: ModelRelayOptions): Promise<ModelRelay> => {
  const { baseUrl, key, prices, models, callsPerMinute } = options;
  const waitFor = createRate(callsPerMinute);
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  let meter: Meter | undefined;

  const offered = (model: string): Price | undefined =>
    models.length === 0 || models.some((word) => model.includes(word)) ? priceOf(prices, model) : undefined;

  /** Who calls, or why nobody is let in. */
  const admitted = (
    request: FastifyRequest,
  ): { readonly caller: Caller; readonly meter: Meter } | Refusal => {
    if (meter === undefined) return REFUSED.starting;
    const caller = meter.callerOf(tokenOf(request.headers));
    if (caller === undefined) return REFUSED.token;
    const waitMs = waitFor(caller.sessionId);
    return waitMs > 0 ? REFUSED.rate(waitMs) : { caller, meter };
  };

  const upstream = (request: FastifyRequest, signal: AbortSignal, body?: Buffer): Promise<Response> => {
    const headers = new Headers({ 'accept-encoding': 'identity' });
    for (const [name, value] of Object.entries(request.headers))
      if (typeof value === 'string' && (PASSED_ON.test(name) || ALWAYS_PASSED_ON.includes(name)))
        headers.set(name, value);
    if (key !== undefined) headers.set('x-api-key', key);
    return fetch(baseUrl + request.url, {
      method: request.method,
      headers,
      redirect: 'manual',
      signal,
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
  };

  const call = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const entry = admitted(request);
    if ('status' in entry) return refuse(reply, entry);
    const body = request.body as Buffer;
    const asked = parsed(body);
    if (asked === undefined) return refuse(reply, REFUSED.body);
    if (asked.speed != null && asked.speed !== 'standard') return refuse(reply, REFUSED.speed);
    const price = offered(asked.model);
    if (price === undefined) return refuse(reply, REFUSED.model(asked.model));
    const reservedMicros = worstCaseOf(
      price,
      { bytes: body.length, images: imagesIn(asked.messages) },
      asked.max_tokens,
    );
    const { model } = asked;
    const started = await entry.meter.start(entry.caller, { model, reservedMicros, limitMs: LIMIT_MS });
    if (started.kind === 'exhausted') return refuse(reply, REFUSED.budget[started.scope]);
    if (started.kind !== 'started') return refuse(reply, REFUSED[started.kind]);
    const settle = (
      counts = NOTHING,
      outcome: 'complete' | 'cut' | 'failed' = 'failed',
      error?: string,
    ): Promise<void> =>
      entry.meter.settle(entry.caller, {
        callId: started.callId,
        model,
        inputTokens: counts.inputTokens,
        outputTokens: counts.outputTokens,
        cacheReadTokens: counts.cacheReadTokens,
        cacheWriteTokens: counts.cacheWriteTokens,
        costMicros: costOf(price, counts),
        outcome,
        ...(error === undefined ? {} : { error }),
      });

    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const limit = AbortSignal.any([AbortSignal.timeout(LIMIT_MS), stopping.signal]);
    // An answer that comes whole is waited for also when nobody wants it any more: only it says what it came to.
    const signal = asked.stream === true ? AbortSignal.any([limit, gone.signal]) : limit;
    let answer: Response;
    try {
      answer = await upstream(request, signal, body);
      // Followed, it would take the key along.
      if (answer.status >= 300 && answer.status < 400) throw new Error('redirected');
    } catch {
      await settle(NOTHING, 'failed', 'api_error');
      return refuse(reply, REFUSED.unreachable);
    }
    if (answer.ok && answer.body !== null && isEventStream(answer)) {
      reply.hijack();
      reply.raw.writeHead(answer.status, passedBack(answer));
      const reader = createUsageReader();
      await passThrough(answer.body, reply.raw, reader.push, gone.signal);
      await settle(reader.counts(), reader.isComplete() ? 'complete' : 'cut', reader.error());
      return reply;
    }
    const text = await answer.text().catch(() => '');
    const counts = answer.ok ? countsOf(text) : undefined;
    if (counts !== undefined) await settle(counts, 'complete');
    else await settle(NOTHING, 'failed', errorTypeOf(text));
    return reply.code(answer.status).headers(passedBack(answer)).send(Buffer.from(text));
  };

  /** Counts no tokens and costs nothing: passed on as it is. */
  const pass = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const entry = admitted(request);
    if ('status' in entry) return refuse(reply, entry);
    const body = Buffer.isBuffer(request.body) ? request.body : undefined;
    const signal = AbortSignal.any([AbortSignal.timeout(60_000), stopping.signal]);
    try {
      const answer = await upstream(request, signal, body);
      return reply
        .code(answer.status)
        .headers(passedBack(answer))
        .send(Buffer.from(await answer.arrayBuffer()));
    } catch {
      return refuse(reply, REFUSED.unreachable);
    }
  };

  const server = fastify({ bodyLimit: MAX_BYTES, forceCloseConnections: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.setErrorHandler((error: { readonly statusCode?: number }, _request, reply) =>
    refuse(reply, error.statusCode === 413 ? REFUSED.tooLarge : REFUSED.unavailable),
  );
  server.setNotFoundHandler((_request, reply) => refuse(reply, REFUSED.path));
  server.post('/v1/messages', (request, reply) => {
    const work = call(request, reply);
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    running.add(settled);
    void settled.then(() => running.delete(settled));
    return work;
  });
  server.post('/v1/messages/count_tokens', pass);
  server.get('/v1/models', pass);
  // What clients ask first, to see whether there is anybody.
  server.head('/', (_request, reply) => reply.code(200).send());

  const url = await server.listen({ host: '127.0.0.1', port: options.port });
  return {
    url,
    port: (server.server.address() as AddressInfo).port,
    serve: (given) => {
      meter = given;
    },
    close: async () => {
      stopping.abort();
      await Promise.all(running);
      await server.close();
    },
  };
};

const refuse = (reply: FastifyReply, { status, headers, body }: Refusal): FastifyReply =>
  reply.code(status).headers(headers).send(body);

const parsed = (body: Buffer): z.infer<typeof requestSchema> | undefined => {
  try {
    return requestSchema.safeParse(JSON.parse(body.toString('utf8'))).data;
  } catch {
    return undefined;
  }
};

const isEventStream = ({ headers }: Response): boolean =>
  headers.get('content-type')?.startsWith('text/event-stream') === true;

const passedBack = ({ headers }: Response): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => PASSED_BACK.test(name)));

/** Every piece at once as it comes, and no faster than the client takes it. */
const passThrough = async (
  body: ReadableStream<Uint8Array>,
  raw: ServerResponse,
  seen: (chunk: Uint8Array) => void,
  gone: AbortSignal,
): Promise<void> => {
  try {
    for await (const chunk of body) {
      seen(chunk);
      if (gone.aborted) return;
      if (!raw.write(chunk)) await once(raw, 'drain', { signal: gone });
    }
    raw.end();
  } catch {
    // Cut off on either side: the client has to see that it was not all.
    raw.destroy();
  }
};
