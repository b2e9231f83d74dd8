import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Live } from '../live/live.ts';
import type { Previews } from '../preview/previews.ts';
import { addressed, type Site } from '../site.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Node's defaults are "for ever" or five minutes: too kind to a slow loris. */
const HEADERS_MS = 15_000;
const REQUEST_MS = 120_000;
const IDLE_MS = 120_000;
/**
 * Node's is five seconds. Whoever keeps connections for the next request (nginx and AWS for 60 s) would send it on one that
 * we close at that moment, which is an error to whom it serves; Fastify's own default is this.
 */
const KEEP_ALIVE_MS = 72_000;

/**
 * Splits the port in two before any of our routing: what is addressed to a preview goes to the sandbox, whatever its
 * path, and everything else to the app, whatever its path. Neither can reach the other's handlers.
 */
export const serverFactory =
  (to: { readonly site: () => Site; readonly live: Live; readonly previews: Previews }) =>
  (handler: Handler): Server => {
    const server = createServer((request, response) => {
      const address = addressed(to.site(), request.headers.host);
      if (address.to === 'preview') to.previews.request(address.slug, request, response);
      else handler(request, response);
    });
    server.headersTimeout = HEADERS_MS;
    server.requestTimeout = REQUEST_MS;
    server.setTimeout(IDLE_MS);
    server.keepAliveTimeout = KEEP_ALIVE_MS;

    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const address = addressed(to.site(), request.headers.host);
      if (address.to === 'preview') to.previews.upgrade(address.slug, request, socket, head);
      else to.live.upgrade(request, socket, head);
    });
    return server;
  };
