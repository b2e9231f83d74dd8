import type { Duplex } from 'node:stream';
import { Client, type ClientBase } from 'pg';

const CONNECT_TIMEOUT_MS = 5_000;

/** Calls `stop` when `signal` aborts while `work` runs; an already aborted signal throws before anything is done. */
export const untilAborted = async <A>(
  signal: AbortSignal | undefined,
  stop: () => void,
  work: () => Promise<A>,
): Promise<A> => {
  signal?.throwIfAborted();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await work();
  } finally {
    signal?.removeEventListener('abort', stop);
  }
};

/**
 * One connection to `databaseUrl` for the length of `use`. Every statement is bounded by `timeoutMs` on both sides,
 * since what runs at the other end may be the session's own code. Rejects with pg's error, or the abort reason.
 */
export const withClient = async <A>(
  databaseUrl: string,
  options: {
    readonly timeoutMs: number;
    /** For the connection; 5 s unless told, and no longer than a statement. */
    readonly connectMs?: number;
    readonly signal?: AbortSignal;
    /** Instead of a socket of its own. */
    readonly stream?: () => Duplex;
  },
  use: (client: ClientBase) => Promise<A>,
): Promise<A> => {
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: Math.min(options.connectMs ?? CONNECT_TIMEOUT_MS, options.timeoutMs),
    statement_timeout: options.timeoutMs,
    query_timeout: options.timeoutMs + 500,
    application_name: 'mk0r',
    ...(options.stream === undefined ? {} : { stream: options.stream }),
  });
  // A connection lost between two queries is an 'error' event, and unheard it would end the process;
  // the next query rejects with the same news.
  client.on('error', () => undefined);
  const hangUp = (): void => void client.end().catch(() => undefined);
  return untilAborted(options.signal, hangUp, async () => {
    try {
      await client.connect();
      return await use(client);
    } finally {
      hangUp();
    }
  });
};
