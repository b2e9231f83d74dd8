import * as http from 'node:http';
import * as https from 'node:https';
import { buffer } from 'node:stream/consumers';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { z } from 'zod';
import type { HttpEndpoint } from '../commands/ports/sandboxes.ts';
import type { ProviderError } from '../commands/ports/services.ts';
import { boundedChunks, splitLines } from './bridge-stream.ts';

export type BridgeRequest = {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With its query, already encoded. */
  readonly path: string;
  /** Bytes go as they are, anything else as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** For the whole answer; for `bridgeLines` until its head. */
  readonly timeoutMs: number;
};

/** A file of 5 MiB is the largest thing a bridge has to say; two capped outputs of `/exec` escape to less than this. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const MAX_REFUSAL_BYTES = 64 * 1024;
/** The bridge sends an empty line every 10 s; three missed ones and the connection is taken for dead. */
const SILENCE_MS = 30_000;

const refusalBody = z.object({
  code: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
  message: z.string().transform((text) => text.replace(/\p{Cc}+/gu, ' ').slice(0, 500)),
});

class Refused extends Error {
  readonly reason: ProviderError;

  constructor(reason: ProviderError) {
    super(reason.message);
    this.reason = reason;
  }
}

const notJson: ProviderError = {
  code: 'bridge_answer_invalid',
  message: 'The sandbox did not answer with JSON.',
  retryable: true,
};

const parseJson = (bytes: Buffer): E.Either<ProviderError, unknown> =>
  E.tryCatch(
    () => JSON.parse(bytes.toString('utf8')),
    () => notJson,
  );

const refusal = async (incoming: http.IncomingMessage): Promise<Refused> => {
  const status = incoming.statusCode ?? 0;
  const body = parseJson(await buffer(boundedChunks(incoming, MAX_REFUSAL_BYTES)));
  const parsed = refusalBody.safeParse(E.isRight(body) ? body.right : undefined);
  const said = parsed.success
    ? parsed.data
    : { code: `bridge_http_${status}`, message: `The bridge answered with status ${status}.` };
  return new Refused({ ...said, retryable: status >= 500 || status === 429 });
};

const open = (
  endpoint: HttpEndpoint,
  token: string,
  request: BridgeRequest,
  signal: AbortSignal,
): Promise<http.IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { body } = request;
    const raw = body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body);
    const { request: send } = endpoint.origin.startsWith('https:') ? https : http;
    const outgoing = send(new URL(request.path, endpoint.origin), {
      ...(endpoint.socketPath === undefined ? {} : { socketPath: endpoint.socketPath }),
      method: request.method,
      // A pooled connection may belong to a sandbox that was frozen or replaced since.
      agent: false,
      headers: {
        ...endpoint.headers,
        ...(raw === undefined ? {} : { 'content-length': Buffer.byteLength(raw) }),
        'content-type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json',
        authorization: `Bearer ${token}`,
      },
      signal,
    });
    outgoing.once('error', reject);
    outgoing.once('response', resolve);
    outgoing.end(raw);
  });

const accepted = async (incoming: http.IncomingMessage): Promise<http.IncomingMessage> => {
  if (incoming.statusCode !== 200) throw await refusal(incoming);
  return incoming;
};

const failure =
  (request: BridgeRequest, timeout: AbortSignal) =>
  (error: unknown): ProviderError => {
    if (error instanceof Refused) return error.reason;
    if (request.signal?.aborted)
      return { code: 'aborted', message: 'The call was given up.', retryable: true };
    const path = request.path.split('?')[0];
    if (timeout.aborted) {
      const message = `The sandbox did not answer ${path} within ${request.timeoutMs} ms.`;
      return { code: 'bridge_timeout', message, retryable: true };
    }
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'connection lost';
    return {
      code: 'bridge_unreachable',
      message: `The sandbox could not be reached (${why}).`,
      retryable: true,
    };
  };

/** The whole answer as bytes, at most 16 MiB. Refusals keep the bridge's own `code`; see `sandbox/bridge`. */
export const bridgeBytes = (
  endpoint: HttpEndpoint,
  token: string,
  request: BridgeRequest,
): TE.TaskEither<ProviderError, Buffer> => {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
  return TE.tryCatch(
    async () => {
      const incoming = await accepted(await open(endpoint, token, request, signal));
      return buffer(boundedChunks(incoming, MAX_ANSWER_BYTES));
    },
    failure(request, timeout),
  );
};

/** The whole answer as JSON. It comes from the sandbox: check its shape before using it. */
export const bridgeRequest = (
  endpoint: HttpEndpoint,
  token: string,
  request: BridgeRequest,
): TE.TaskEither<ProviderError, unknown> =>
  pipe(bridgeBytes(endpoint, token, request), TE.chainEitherK(parseJson));

/**
 * The answer line by line, without the empty ones that only say that the bridge lives.
 * The iteration throws when the connection is cut, silent for 30 s, or a line is longer than 1 MiB; leaving it early
 * closes the connection.
 */
export const bridgeLines = (
  endpoint: HttpEndpoint,
  token: string,
  request: BridgeRequest,
): TE.TaskEither<ProviderError, AsyncIterable<string>> => {
  const head = new AbortController();
  const signal = request.signal === undefined ? head.signal : AbortSignal.any([head.signal, request.signal]);
  return TE.tryCatch(
    async () => {
      const timer = setTimeout(() => head.abort(), request.timeoutMs);
      try {
        const incoming = await accepted(await open(endpoint, token, request, signal));
        incoming.setTimeout(SILENCE_MS, () => incoming.destroy(new Error('The bridge fell silent.')));
        return splitLines(incoming);
      } finally {
        clearTimeout(timer);
      }
    },
    failure(request, head.signal),
  );
};
