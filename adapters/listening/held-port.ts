import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/**
 * How long a port stays spoken for. Whoever it is for listens on it well before: a first start bakes the sandbox
 * template between the one and the other, and for the moments in which a server starts again it helps as well.
 */
const HELD_MS = 5 * 60_000;

/** By port, whom it is held for. */
const holders = new Map<number, string>();

/**
 * Speaks for `port` where nobody else does, in this process or in another of ours: by the UDP port of the same number,
 * which one process at a time can have and which the system gives back when that one is gone. Nobody sends there, and
 * TCP of the same number is free to listen on. Between looking whether a port is free and listening on it lies all that
 * a server does before (half a minute at a first start); without this its own Postgres could be given the same.
 *
 * `by` has it again as often as it asks. `false`: it is somebody else's.
 */
export const holdPort = async (port: number, by: string): Promise<boolean> => {
  const holder = holders.get(port);
  if (holder !== undefined) return holder === by;
  holders.set(port, by);
  const socket = createSocket('udp4');
  try {
    socket.bind({ port, address: '127.0.0.1', exclusive: true });
    await once(socket, 'listening');
  } catch {
    holders.delete(port);
    socket.close();
    return false;
  }
  socket.on('error', () => undefined).unref();
  const release = (): void => {
    holders.delete(port);
    socket.close();
  };
  setTimeout(release, HELD_MS).unref();
  return true;
};
