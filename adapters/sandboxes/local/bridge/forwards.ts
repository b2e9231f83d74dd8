import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import type { Forward } from '../../../../commands/ports/sandboxes.ts';

const MAX_CONNECTIONS = 128;

/** The two ends close together, whatever closes first; why is of no interest to either. */
const splice = (from: Socket, to: Socket): void => {
  pipeline(from, to, () => to.destroy());
  pipeline(to, from, () => from.destroy());
};

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });

export type Forwards = { readonly close: () => Promise<void> };

export const forwardSocket = (dir: string, port: number): string => join(dir, `${port}.sock`);

/** Serves each listed target, and nothing else, on a unix socket in `dir`, open to `uid` alone. */
export const openForwards = async (
  dir: string,
  uid: number,
  forwards: readonly Forward[],
): Promise<Forwards> => {
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  for (const { port, target } of forwards) {
    const server = createServer({ allowHalfOpen: true }, (inner) => {
      const outer = connect({ ...target, allowHalfOpen: true });
      for (const socket of [inner, outer]) {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      }
      splice(inner, outer);
    });
    server.maxConnections = MAX_CONNECTIONS;
    const path = forwardSocket(dir, port);
    await listen(server, path);
    chmodSync(path, 0o600);
    chownSync(path, uid, uid);
    servers.push(server);
  }
  return {
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
    },
  };
};
