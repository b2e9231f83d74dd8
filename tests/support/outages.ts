import { subscribe } from 'node:diagnostics_channel';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

/**
 * Loaded into a server under test before its own code (`node --import`), this takes one of the ports it listens on away
 * and brings it back, as its parent asks: to everybody who connects, a service that is down.
 */
export type Outage = { readonly port: number; readonly state: 'down' | 'up' };

const listening = new Map<number, Server>();

subscribe('tracing:net.server.listen:asyncEnd', (message) => {
  const { server } = message as { readonly server: Server };
  const address = server.address() as AddressInfo | string | null;
  if (address !== null && typeof address === 'object') listening.set(address.port, server);
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
      (server as Partial<HttpServer>).closeAllConnections?.();
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
