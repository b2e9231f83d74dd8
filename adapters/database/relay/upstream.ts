import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Endpoint } from './endpoint.ts';
import { sslRequest } from './startup.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const ACCEPTED = 'S'.charCodeAt(0);

const connected = (socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('no answer in time')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('hung up')));
    socket.once(event, () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      resolve();
    });
  });

const firstByte = (socket: Socket): Promise<number | undefined> =>
  new Promise((resolve) => {
    socket.once('data', (bytes) => {
      socket.pause();
      resolve(bytes.length === 1 ? bytes[0] : undefined);
    });
    socket.once('close', () => resolve(undefined));
  });

/** A connection to a Postgres: over TLS with its certificate verified, or plain where that is asked for. */
export const openUpstream = async ({ host, port }: Endpoint, tls: boolean): Promise<Socket> => {
  const plain = connectTcp({ host, port });
  await connected(plain, 'connect');
  if (!tls) return plain;
  plain.write(sslRequest());
  plain.setTimeout(CONNECT_TIMEOUT_MS, () => plain.destroy());
  if ((await firstByte(plain)) !== ACCEPTED) {
    plain.destroy();
    throw new Error('the server does not speak TLS');
  }
  const secure = connectTls({ socket: plain, servername: host, ALPNProtocols: ['postgresql'] });
  await connected(secure, 'secureConnect');
  return secure;
};
