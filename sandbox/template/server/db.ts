import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { required } from './env.ts';
import { untilMigrated } from './migrate.ts';
import * as schema from './schema.ts';

// The pool outlives reloads of this module (the dev server reloads it at every edit) and is replaced with its URL.
type Held = { url: string; pool: pg.Pool };
const held = globalThis as typeof globalThis & { __appPool?: Held };

function pool(): pg.Pool {
  const url = required('DATABASE_URL');
  if (held.__appPool?.url === url) return held.__appPool.pool;
  held.__appPool?.pool.end().catch((error) => console.error('closing the old pool:', error.message));

  const created = new pg.Pool({ connectionString: url, max: 5, connectionTimeoutMillis: 25_000 });
  // Without a listener, a connection that the server drops while idle would end the process.
  created.on('error', (error) => console.error('database connection lost:', error.message));
  created.query = again(url, created.query.bind(created)) as typeof created.query;
  held.__appPool = { url, pool: created };
  return created;
}

/** ADMIN SHUTDOWN: the server ended the connection, and what it was asked last it has not done. */
const ENDED = '57P01';
const PATIENCE_MS = 20_000;
/** UNDEFINED TABLE, UNDEFINED COLUMN: the code is ahead of the database, for as long as that is changed. */
const MISSING = ['42P01', '42703'];

/**
 * The platform copies the data after a turn, and ends idle connections for that; some databases do by themselves. A
 * statement that meets such an end is sent again over a new connection, and once more after the migration that it was
 * too early for; a transaction is its caller's to repeat.
 */
function again(url: string, query: (...args: unknown[]) => Promise<unknown>): typeof query {
  return async (...args) => {
    const until = Date.now() + PATIENCE_MS;
    let isMigrated = false;
    for (;;) {
      try {
        return await query(...args);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        if (code === ENDED && Date.now() <= until) continue;
        if (isMigrated || !MISSING.includes(code)) throw error;
        isMigrated = true;
        await untilMigrated(url).catch((failed: Error) => console.error('migrations:', failed.message));
      }
    }
  };
}

/** The database, connected at first use. Throws `MissingService` where `DATABASE_URL` is not set. */
export function db(): NodePgDatabase<typeof schema> {
  return drizzle({ client: pool(), schema });
}
