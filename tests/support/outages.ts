import { subscribe } from 'node:diagnostics_channel';
import type { AddressInfo, Server, Socket } from 'node:net';

/**
 * Loaded into a server under test before its own code (`node --import`), this takes one of the ports it listens on away
 * and brings it back, as its parent asks: to everybody who connects, a service that is down.
 */
export type Outage = { readonly port: number; readonly state: 'down' | 'up' };

const listening = new Map<number, Server>();
/** Also those that HTTP gave away, to websockets and tunnels: a cut cable spares nobody. */
const connected = new WeakMap<Server, Set<Socket>>();

const follow = (server: Server): void => {
  if (connected.has(server)) return;
  const sockets = new Set<Socket>();
  connected.set(server, sockets);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
};

subscribe('tracing:net.server.listen:asyncEnd', (message) => {
  const { server } = message as { readonly server: Server };
  const address = server.address() as AddressInfo | string | null;
  if (address === null || typeof address !== 'object') return;
  listening.set(address.port, server);
  follow(server);
});

const change = ({ port, state }: Outage): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = listening.get(port);
    if (server === undefined) {
      reject(new Error(`nothing has listened on ${port}`));
    } else if (state === 'up') {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    } else {
      server.close(() => resolve());
      for (const socket of connected.get(server) ?? []) socket.destroy();
    }
  });

process.on('message', (outage: Outage) => {
  change(outage).then(
    () => process.send?.({ done: true }),
    (error: unknown) => process.send?.({ done: false, error: String(error) }),
  );
});
// Listening to a parent keeps a process alive; this one ends when its own work does, or when its test run is gone.
process.channel?.unref();
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
