import { once } from 'node:events';
import { chmod, lstat, unlink } from 'node:fs/promises';
import type { Server } from 'node:net';
import { errno } from './http/problem.ts';

const removeStale = async (path: string): Promise<void> => {
  try {
    if ((await lstat(path)).isSocket()) await unlink(path);
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error;
  }
};

/** Listens on a unix socket only its owner may use, replacing one a killed predecessor left behind. */
export const listenUnix = async (server: Server, path: string): Promise<void> => {
  await removeStale(path);
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, 0o600);
};

/** Listens on loopback only. */
export const listenLoopback = async (server: Server, port: number): Promise<void> => {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
};

/** Listens on every address: for a sandbox that is a machine of its own, behind a proxy that asks for a token. */
export const listenPublic = async (server: Server, port: number): Promise<void> => {
  server.listen(port, '0.0.0.0');
  await once(server, 'listening');
};
