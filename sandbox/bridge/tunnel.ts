import { once } from 'node:events';
import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { errno } from './http/problem.ts';

/** More than a page with HMR and a pool of database connections ever opens. */
const MAX_CONNECTIONS = 512;
const RETRY_EVERY_MS = 50;

/** Bytes both ways, half-close kept: an end is passed on only after what came before it was written. */
const join = (left: Socket, right: Socket): void => {
  for (const [from, to] of [
    [left, right],
    [right, left],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroySoon());
  }
};

const open = async (to: NetConnectOpts): Promise<Socket> => {
  const socket = connect({ ...to, allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
};

/** Vite closes its port for 25-50 ms (longer under load) each time `.env` or its configuration changes. */
const openPatiently = async (to: NetConnectOpts, patienceMs: number, client: Socket): Promise<Socket> => {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await open(to);
    } catch (error) {
      const worthWaiting = errno(error) === 'ECONNREFUSED' && Date.now() < deadline && !client.destroyed;
      if (!worthWaiting) throw error;
      await sleep(RETRY_EVERY_MS);
    }
  }
};

/** A server that hands every connection on to `to`, waiting `patienceMs` for it to accept. */
export const createTunnel = (to: NetConnectOpts, patienceMs = 0): Server => {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    client.on('error', () => client.destroy());
    openPatiently(to, patienceMs, client).then(
      (upstream) => {
        if (client.destroyed) upstream.destroy();
        else join(client, upstream);
      },
      () => client.destroy(),
    );
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
};
