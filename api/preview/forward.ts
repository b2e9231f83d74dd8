import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { HttpEndpoint } from '../../commands/ports/sandboxes.ts';
import { responseHeaders } from './headers.ts';
import { withHelper } from './helper.ts';
import { patiently } from './retry.ts';
import { isAbsence, saysAbsent, type Upstream } from './upstream.ts';

export type Forwarded = 'answered' | 'absent' | 'late';

export type Handling = {
  readonly headers: OutgoingHttpHeaders;
  readonly publicOrigin: string;
  /** Goes at the top of a page that is looked at, where the answer is one. */
  readonly helper?: string;
  /** The app answered with 5xx, and this is what it said. */
  readonly onFailure: (status: number, said: string) => void;
};

const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** A dev server that optimises dependencies keeps its first answer back for seconds. */
const ANSWER_MS = 60_000;
/** Between two chunks of an answer; event streams breathe at least this often, or reconnect. */
const SILENCE_MS = 5 * 60_000;

/**
 * Passes a request on and its answer back, both as streams. Where the app is absent, a request without effects is
 * tried again for a while; any other is tried again only until its first byte could have been read.
 */
export const forward = async (
  upstream: Upstream,
  endpoint: HttpEndpoint,
  request: IncomingMessage,
  response: ServerResponse,
  to: Handling,
): Promise<Forwarded> => {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const method = request.method ?? 'GET';
  const bodyless = IDEMPOTENT.has(method) && !hasBody(request);
  let spent = false;

  const attempt = (): Promise<IncomingMessage | 'late' | undefined> =>
    new Promise((resolve) => {
      const outgoing = upstream.open({
        endpoint,
        method,
        path: request.url ?? '/',
        headers: to.headers,
        // A pooled connection may be closing as we write: harmless where the request can be sent again.
        reuse: bodyless,
      });
      const stop = (): void => void outgoing.destroy();
      gone.signal.addEventListener('abort', stop, { once: true });
      outgoing.setTimeout(ANSWER_MS, () => {
        resolve('late');
        outgoing.destroy();
      });
      outgoing.once('error', (error) => resolve(isAbsence(error) && !spent ? undefined : 'late'));
      outgoing.once('response', (answer) => {
        if (saysAbsent(endpoint, answer.statusCode) && !spent) {
          answer.resume();
          return resolve(undefined);
        }
        resolve(answer);
      });
      if (bodyless) outgoing.end();
      else
        onceConnected(outgoing, () => {
          spent = true;
          pipeline(request, outgoing, () => undefined);
        });
    });

  const answer = await patiently(attempt, gone.signal);
  if (answer === undefined) return gone.signal.aborted ? 'answered' : 'absent';
  if (answer === 'late') return gone.signal.aborted ? 'answered' : 'late';
  passOn(answer, response, to);
  return 'answered';
};

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Not a byte of the body is taken from the client before there is somebody to give it to. */
const onceConnected = (outgoing: ClientRequest, work: () => void): void => {
  outgoing.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', work);
    else work();
  });
};

const passOn = (answer: IncomingMessage, response: ServerResponse, to: Handling): void => {
  const status = answer.statusCode ?? 502;
  const headers = responseHeaders(answer.headers, to.publicOrigin);
  answer.setTimeout(SILENCE_MS, () => answer.destroy());
  if (status >= 500) overhear(answer, (said) => to.onFailure(status, said));
  if (to.helper !== undefined && isPage(answer)) {
    const { 'content-length': _another, ...rest } = headers;
    response.writeHead(status, rest);
    pipeline(answer, withHelper(to.helper), response, () => undefined);
    return;
  }
  response.writeHead(status, headers);
  // An event stream says nothing for a while: its headers are not to wait for its first event.
  response.flushHeaders();
  pipeline(answer, response, () => undefined);
};

const isPage = ({ headers, statusCode }: IncomingMessage): boolean =>
  statusCode !== 304 &&
  headers['content-encoding'] === undefined &&
  /^text\/html\b/i.test(headers['content-type'] ?? '');

/** Of an error a person can read a line or two; the rest is its page's style. */
const OVERHEARD_BYTES = 8 * 1024;

const overhear = (answer: IncomingMessage, heard: (said: string) => void): void => {
  const chunks: Buffer[] = [];
  let length = 0;
  answer.on('data', (chunk: Buffer) => {
    if (length < OVERHEARD_BYTES) chunks.push(chunk);
    length += chunk.length;
  });
  answer.once('end', () =>
    heard(
      answer.headers['content-encoding'] === undefined
        ? Buffer.concat(chunks).toString('utf8').slice(0, OVERHEARD_BYTES)
        : '',
    ),
  );
};
