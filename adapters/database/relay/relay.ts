import { createServer, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import type { BaseLogger } from 'pino';
import { type Endpoint, endpointOf } from './endpoint.ts';
import { errorPacket, type FirstPacket, readFirstPacket, startupPacket } from './startup.ts';
import { openUpstream } from './upstream.ts';

export type DatabaseRelay = { readonly port: number; readonly close: () => Promise<void> };

export type RelayOptions = {
  readonly port: number;
  /** Which databases may be reached. Whoever is in a sandbox can ask for any. */
  readonly allows: (endpoint: Endpoint) => boolean;
  /** False only where the database is on this machine. */
  readonly tls: boolean;
  readonly logger: Pick<BaseLogger, 'debug'>;
};

const HELLO_TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 1_000;
const NO_ENCRYPTION = 'N';

/** SQLSTATEs of class 08 (connection exception). */
const refuse = (socket: Socket, message: string, sqlState = '08001'): void => {
  socket.end(errorPacket(sqlState, `mk0r: ${message}`));
};

/** The client's startup message; its request for encryption is turned down, as the way here is loopback. */
const hello = (socket: Socket): Promise<Extract<FirstPacket, { kind: 'startup' }> | undefined> =>
  new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const done = (packet?: Extract<FirstPacket, { kind: 'startup' }>): void => {
      socket.off('data', read);
      socket.pause();
      socket.setTimeout(0);
      resolve(packet);
    };
    const read = (bytes: Buffer): void => {
      received = Buffer.concat([received, bytes]);
      const packet = readFirstPacket(received);
      if (packet.kind === 'startup') done(packet);
      if (packet.kind === 'unknown') done();
      if (packet.kind !== 'encryption') return;
      received = Buffer.alloc(0);
      socket.write(NO_ENCRYPTION);
    };
    socket.setTimeout(HELLO_TIMEOUT_MS, () => done());
    socket.once('close', () => done());
    socket.on('data', read);
  });

const serve = async (client: Socket, { allows, tls }: RelayOptions): Promise<void> => {
  const startup = await hello(client);
  if (startup === undefined) return void client.destroy();
  const { options, ...parameters } = Object.fromEntries(startup.parameters);
  const endpoint = endpointOf(options);
  if (endpoint === undefined || !allows(endpoint))
    return refuse(client, 'use the DATABASE_URL of /app/.env as it is', '08004');
  const upstream = await openUpstream(endpoint, tls).catch(() => undefined);
  if (upstream === undefined) return refuse(client, 'the database cannot be reached; try again', '08006');
  upstream.write(Buffer.concat([startupPacket(new Map(Object.entries(parameters))), startup.rest]));
  // Half-closed or broken, the other side hears of it by its own end.
  client.once('close', () => upstream.destroy());
  upstream.once('close', () => client.destroy());
  upstream.on('error', () => client.destroy());
  client.pipe(upstream).pipe(client);
};

/**
 * A way out for sandboxes that have no network: a Postgres server on loopback that passes every connection on to the
 * database its connection string names (`throughRelay`), over TLS. It sees the traffic and keeps nothing; who may do
 * what there is for the database to say, whose password it never knows.
 */
export const startDatabaseRelay = async (options: RelayOptions): Promise<DatabaseRelay> => {
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    if (sockets.size >= MAX_CONNECTIONS) return refuse(client, 'too many connections', '53300');
    sockets.add(client);
    client.once('close', () => sockets.delete(client));
    client.on('error', (error) => options.logger.debug({ error: error.message }, 'a database client left'));
    void serve(client, options);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await promisify(server.close.bind(server))();
    },
  };
};
