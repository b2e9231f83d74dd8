import { randomInt, randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { holdPort } from './held-port.ts';

/**
 * Where ports are looked for: below those that systems give to outgoing connections (Linux from 32768, `ip(7)`; macOS
 * and Windows from 49152, RFC 6335), so that while nobody listens on one no connection takes it either. A server that
 * starts again finds its port, and an address that was handed out stays true.
 */
export const CHOSEN_FROM = { first: 20_000, last: 31_999 } as const;

const TRIES = 100;

/** Listens on a port and lets go of it at once; rejects as `listen` does where that cannot be. */
export const listenBriefly = (port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(port, host, () => probe.close(() => resolve(port)));
  });

const TAKEN = ['EADDRINUSE', 'EACCES'];

/** Whether a server could listen there now; for what is wrong with `host` itself it rejects. */
const isFree = (port: number, host: string): Promise<boolean> =>
  listenBriefly(port, host).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (TAKEN.includes(error.code ?? '')) return false;
      throw error;
    },
  );

/**
 * A port of `host` that nobody listens on now, for a server that must know its own before it listens; until then it is
 * held for `by`.
 */
export const freePort = async (host = '127.0.0.1', by: string = randomUUID()): Promise<number> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(CHOSEN_FROM.first, CHOSEN_FROM.last + 1);
    if ((await isFree(port, host)) && (await holdPort(port, by))) return port;
  }
  throw new Error(`No free port was found on ${host} between ${CHOSEN_FROM.first} and ${CHOSEN_FROM.last}.`);
};

/** `preferred` where `by` can have it (0: none), else any other. */
export const freePortLike = async (preferred: number, by: string): Promise<number> =>
  preferred > 0 && (await isFree(preferred, '127.0.0.1')) && (await holdPort(preferred, by))
    ? preferred
    : freePort('127.0.0.1', by);
