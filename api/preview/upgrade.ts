import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { type Duplex, pipeline } from 'node:stream';
import type { HttpEndpoint } from '../../commands/ports/sandboxes.ts';
import { refuseUpgrade } from '../live/refuse-upgrade.ts';
import { patiently } from './retry.ts';
import { isAbsence, saysAbsent, type Upstream } from './upstream.ts';

type Switched = { readonly answer: IncomingMessage; readonly socket: Duplex; readonly head: Buffer };

const HANDSHAKE_MS = 15_000;

/** A websocket of the app's, or Vite's for hot updates: after the handshake, bytes in both directions. */
export const forwardUpgrade = async (
  upstream: Upstream,
  endpoint: HttpEndpoint,
  client: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
  headers: OutgoingHttpHeaders,
): Promise<'switched' | 'refused' | 'absent'> => {
  const { request, socket } = client;
  const gone = new AbortController();
  socket.once('close', () => gone.abort());

  const attempt = (): Promise<Switched | number | undefined> =>
    new Promise((resolve) => {
      const outgoing = upstream.open({
        endpoint,
        method: 'GET',
        path: request.url ?? '/',
        headers: { ...headers, connection: 'Upgrade', upgrade: request.headers.upgrade ?? 'websocket' },
        reuse: false,
      });
      gone.signal.addEventListener('abort', () => outgoing.destroy(), { once: true });
      outgoing.setTimeout(HANDSHAKE_MS, () => outgoing.destroy());
      outgoing.once('upgrade', (answer, upSocket, head) => resolve({ answer, socket: upSocket, head }));
      outgoing.once('response', (answer) => {
        answer.resume();
        resolve(saysAbsent(endpoint, answer.statusCode) ? undefined : (answer.statusCode ?? 502));
        outgoing.destroy();
      });
      outgoing.once('error', (error) => resolve(isAbsence(error) ? undefined : 502));
      outgoing.end();
    });

  const switched = await patiently(attempt, gone.signal);
  if (switched === undefined) return 'absent';
  if (typeof switched === 'number') {
    refuseUpgrade(socket, switched, 'websocket_refused', 'The app does not take websockets here.');
    return 'refused';
  }
  join(switched, client);
  return 'switched';
};

const join = (app: Switched, client: { readonly socket: Duplex; readonly head: Buffer }): void => {
  const { rawHeaders, statusMessage } = app.answer;
  const lines = Array.from(
    { length: rawHeaders.length / 2 },
    (_, i) => `${rawHeaders[2 * i]}: ${rawHeaders[2 * i + 1]}`,
  );
  client.socket.write([`HTTP/1.1 101 ${statusMessage}`, ...lines, '', ''].join('\r\n'));
  if (app.head.length > 0) client.socket.write(app.head);
  if (client.head.length > 0) app.socket.write(client.head);
  // A quiet websocket is not a dead one; both ends have their own pings.
  for (const end of [app.socket, client.socket]) if ('setTimeout' in end) (end as TimedSocket).setTimeout(0);
  // Two pipelines and the HTTP parsers before them: eleven listeners each, one more than Node takes for a leak.
  for (const end of [app.socket, client.socket]) end.setMaxListeners(20);
  pipeline(app.socket, client.socket, () => undefined);
  pipeline(client.socket, app.socket, () => undefined);
};
type TimedSocket = Duplex & { readonly setTimeout: (ms: number) => unknown };
