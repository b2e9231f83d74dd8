import { Pool, type PoolClient } from 'pg';
import { untilAborted } from '../with-client.ts';
import { SUPERUSER } from './config.ts';

const POOL_SIZE = 8;
/** Of those that copy, restore and bring over: two thousand sessions at once do not keep a new one from its database. */
const COPYING_SIZE = 4;
const STATEMENT_TIMEOUT_MS = 20_000;
const WAIT_MS = 15_000;

/** One connection for the length of `work`; it is cut, and `work` rejects, when `signal` aborts. */
type Use = <A>(signal: AbortSignal | undefined, work: (client: PoolClient) => Promise<A>) => Promise<A>;

/** The superuser's few connections. Only fixed statements and validated names go through here. */
export type Admin = {
  readonly use: Use;
  /** For work on whole databases, which takes long and may be wanted by many at once: connections of its own. */
  readonly copying: Use;
  readonly close: () => Promise<void>;
};

export const connectAdmin = (options: {
  readonly socketDir: string;
  readonly port: number;
  readonly password: string;
  /** For one of the connections, where all are in use. */
  readonly waitMs?: number | undefined;
}): Admin => {
  const connection = {
    host: options.socketDir,
    port: options.port,
    user: SUPERUSER,
    password: options.password,
    connectionTimeoutMillis: options.waitMs ?? WAIT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 1_000,
    application_name: 'mk0r admin',
  };
  const poolOf = (max: number): Pool => {
    const pool = new Pool({ ...connection, database: 'postgres', max, idleTimeoutMillis: 60_000 });
    // Postgres going away is heard by the supervisor; unheard here, these events would end the process.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    return pool;
  };
  const [pool, copying] = [poolOf(POOL_SIZE), poolOf(COPYING_SIZE)];

  return {
    use: usingOf(pool),
    copying: usingOf(copying),
    close: async () => {
      await Promise.all([pool.end(), copying.end()]);
    },
  };
};

const usingOf =
  (pool: Pool): Use =>
  async (signal, work) => {
    signal?.throwIfAborted();
    const client = await pool.connect();
    let held = true;
    const release = (broken?: Error): void => {
      if (held) client.release(broken);
      held = false;
    };
    try {
      return await untilAborted(
        signal,
        () => release(new Error('aborted')),
        () => work(client),
      );
    } catch (error) {
      // It may hold a lock or be in the middle of a statement: cut, never handed to the next one.
      release(new Error('broken', { cause: error }));
      throw error;
    } finally {
      release();
    }
  };
