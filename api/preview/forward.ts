import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { HttpEndpoint } from '../../commands/ports/sandboxes.ts';
import { responseHeaders } from './headers.ts';
import { patiently } from './retry.ts';
import { isAbsence, saysAbsent, type Upstream } from './upstream.ts';

export type Forwarded = 'answered' | 'absent' | 'late';

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
  to: { readonly headers: OutgoingHttpHeaders; readonly publicOrigin: string },
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
  passOn(answer, response, to.publicOrigin);
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

const passOn = (answer: IncomingMessage, response: ServerResponse, publicOrigin: string): void => {
  answer.setTimeout(SILENCE_MS, () => answer.destroy());
  response.writeHead(answer.statusCode ?? 502, responseHeaders(answer.headers, publicOrigin));
  // An event stream says nothing for a while: its headers are not to wait for its first event.
  response.flushHeaders();
  pipeline(answer, response, () => undefined);
};
