import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { bearerCheck } from '../http/auth.ts';
import { joinLink } from './join.ts';
import { createOffers } from './offers.ts';

const PATH = '/link';
/** More than a page and a pool of database connections ever open. */
const MAX_CONNECTIONS = 128;
/** A socket hands out at most 64 KiB at once. */
const MAX_FRAME_BYTES = 1024 * 1024;
/** Twice this without an answer and the other side is gone: routers drop a connection without telling anybody. */
const HEARTBEAT_MS = 20_000;

export type Link = {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** A server whose every connection goes on, over an offer, to what the control plane has at that port. */
  readonly tunnelTo: (port: number) => Server;
  readonly close: () => void;
};

const keepAlive = (link: WebSocket): void => {
  let answered = true;
  link.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    // While what it carries is not taken from it, its answers are not read either.
    if (link.isPaused) return;
    if (!answered) return link.terminate();
    answered = false;
    link.ping();
  }, HEARTBEAT_MS);
  link.once('close', () => clearInterval(timer));
};

/**
 * The way out of a sandbox that cannot reach the control plane: `GET /link?epoch=<any>` is a websocket that stands
 * ready, and becomes a connection when something in here connects to a forwarded port, whose number is its first
 * message. With `&anew` it ends those of every other epoch: after a pause their other side is gone, and what is
 * connected through them would wait for long. Without an epoch it is never taken, and only shows that we live.
 * `waitMs`: for how long a connection waits for an offer, if not for as long as `createOffers` says.
 */
export const createLink = (token: string, waitMs?: number): Link => {
  const authorized = bearerCheck(token);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  const epochs = new Map<WebSocket, string>();
  const offers = createOffers(waitMs);

  const accept = (link: WebSocket, query: URLSearchParams): void => {
    const epoch = query.get('epoch');
    link.on('error', () => link.terminate());
    keepAlive(link);
    if (epoch === null) return;
    if (query.has('anew')) for (const [other, its] of epochs) if (its !== epoch) other.terminate();
    epochs.set(link, epoch);
    link.once('close', () => epochs.delete(link));
    offers.add(link);
  };

  const upgrade: Link['upgrade'] = (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://bridge');
    const refuse = (status: string): void =>
      void socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
    socket.on('error', () => socket.destroy());
    if (!authorized(request.headers.authorization)) return refuse('401 Unauthorized');
    if (url.pathname !== PATH) return refuse('404 Not Found');
    sockets.handleUpgrade(request, socket, head, (link) => accept(link, url.searchParams));
  };

  const tunnelTo: Link['tunnelTo'] = (port) => {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
      client.on('error', () => client.destroy());
      offers.take().then(
        (link) => {
          if (link === undefined || client.destroyed) {
            link?.terminate();
            client.destroy();
            return;
          }
          link.send(String(port), () => undefined);
          joinLink(client, link);
          client.resume();
        },
        () => client.destroy(),
      );
    });
    server.maxConnections = MAX_CONNECTIONS;
    return server;
  };

  return {
    upgrade,
    tunnelTo,
    close: () => {
      for (const link of sockets.clients) link.terminate();
    },
  };
};
