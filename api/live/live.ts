import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { CLOSE } from '../../projections/live.ts';
import type { Application } from '../application.ts';
import type { Operators } from '../http/operators.ts';
import type { Metrics } from '../metrics.ts';
import { type Connection, createConnection } from './connection.ts';
import { inParts } from './frames.ts';
import { createPulse, type Pulse } from './pulse.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import type { Holder, Tickets } from './tickets.ts';
import { createTopics } from './topics.ts';

export type Live = {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Sends everybody away (1001: going away); clients come back and resume. */
  readonly close: () => Promise<void>;
};

export type LiveOptions = {
  readonly app: Application;
  readonly tickets: Tickets;
  readonly operators: Operators;
  readonly metrics: Pick<Metrics, 'connections' | 'connectionClosed'>;
  readonly logger: FastifyBaseLogger;
  /** The only `Origin` that may connect. */
  readonly origin: () => string;
  readonly heartbeatMs?: number;
  readonly helloMs?: number;
};

const HEARTBEAT_MS = 15_000;
const LOG_LOOK_MS = 250;
const PATH = '/api/live';
/** Asked for in the address, which a server that knows no parts does not mind. */
const PARTS = 'parts';
/** Tabs one visitor may have open. */
const MOST_PER_VISITOR = 50;
/** No uid: those have no space in them. */
const OPERATOR = 'the operator';
const MOST_CONNECTIONS = 20_000;
const GOING_AWAY = 1001;
/** How long a client may take over the closing handshake before its socket is cut. */
const CLOSING_MS = 2_000;

/** Not literals in the call: `maxFragments` is newer than the types of `ws`. */
const LIMITS = {
  noServer: true,
  clientTracking: false,
  maxPayload: 16 * 1024,
  // The default lets 140,000 empty fragments cost 63 MB before the connection is closed.
  maxFragments: 64,
  perMessageDeflate: false,
  closeTimeout: CLOSING_MS,
};

/** The websocket at `/api/live`. */
export const createLive = (options: LiveOptions): Live => {
  const { app, tickets, operators, metrics, logger, heartbeatMs = HEARTBEAT_MS, helloMs } = options;
  const topics = createTopics(app, (err) => logger.warn({ err }, 'a topic could not be read'));
  const sockets = new WebSocketServer(LIMITS);
  const open = new Map<WebSocket, { readonly connection: Connection; readonly pulse: Pulse }>();
  const byVisitor = new Map<string, number>();

  const accept = (socket: WebSocket, takesParts: boolean): void => {
    const pulse = createPulse(() => socket.ping());
    let visitor: string | undefined;
    const admit = (holder: Holder): boolean => {
      const who = 'operator' in holder ? OPERATOR : holder.uid;
      const count = (byVisitor.get(who) ?? 0) + 1;
      if (count > MOST_PER_VISITOR) return false;
      byVisitor.set(who, count);
      visitor = who;
      return true;
    };
    const connection = createConnection({
      app,
      tickets,
      operators,
      topics,
      heartbeatMs,
      ...(helloMs === undefined ? {} : { helloMs }),
      admit,
      wire: {
        send: (text, sent) => {
          pulse.sent(text.length);
          const parts = takesParts ? inParts(text) : [text];
          parts.forEach((part, index) => {
            if (index === parts.length - 1) socket.send(part, sent);
            else socket.send(part);
          });
        },
        close: (code, reason) => socket.close(code, reason),
      },
      onError: (err) => logger.warn({ err }, 'live connection failed'),
    });
    open.set(socket, { connection, pulse });
    metrics.connections(open.size);

    socket.on('message', (data, isBinary) => {
      if (isBinary) socket.close(CLOSE.badFrame, 'frames are text');
      else connection.receive(data.toString());
    });
    socket.on('pong', pulse.answered);
    // `ws` closes the socket itself after one; the handler is here because an unheard `error` would end the process.
    socket.on('error', (err) => logger.debug({ err }, 'live socket failed'));
    socket.on('close', (code) => {
      connection.end();
      open.delete(socket);
      metrics.connections(open.size);
      metrics.connectionClosed(code);
      if (visitor === undefined) return;
      const left = (byVisitor.get(visitor) ?? 1) - 1;
      if (left > 0) byVisitor.set(visitor, left);
      else byVisitor.delete(visitor);
    });
  };

  const heartbeat = setInterval(() => {
    for (const [socket, { connection, pulse }] of open) {
      // The other end is gone, and the network has not said so.
      if (pulse.beat()) connection.beat();
      else socket.terminate();
    }
  }, heartbeatMs);
  heartbeat.unref();

  let logIs: 'up' | 'away' = 'up';
  const logWatch = setInterval(() => {
    const now = app.health().store === 'up' ? 'up' : 'away';
    if (now === logIs) return;
    logIs = now;
    for (const { connection } of open.values()) connection.tellLog(now);
  }, LOG_LOOK_MS);
  logWatch.unref();

  return {
    upgrade: (request, socket, head) => {
      const [path, query] = request.url?.split('?', 2) ?? [];
      if (path !== PATH) return refuseUpgrade(socket, 404, 'not_found', 'The websocket is at /api/live.');
      // The cookie comes along whoever asks: a page from elsewhere must not get to use it.
      if (request.headers.origin !== options.origin()) {
        return refuseUpgrade(socket, 403, 'origin_refused', `Connect from ${options.origin()}.`);
      }
      if (open.size >= MOST_CONNECTIONS) {
        return refuseUpgrade(socket, 503, 'overloaded', 'Too many connections; try again shortly.');
      }
      sockets.handleUpgrade(request, socket, head, (accepted) => accept(accepted, query === PARTS));
    },
    close: async () => {
      clearInterval(heartbeat);
      clearInterval(logWatch);
      const gone = [...open].map(
        ([socket, { connection }]) =>
          new Promise<void>((resolve) => {
            socket.once('close', () => resolve());
            connection.end();
            socket.close(GOING_AWAY, 'the server restarts');
          }),
      );
      await Promise.all(gone);
    },
  };
};
