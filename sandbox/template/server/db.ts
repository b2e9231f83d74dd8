import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { required } from './env.ts';
import * as schema from './schema.ts';

// The pool outlives reloads of this module (the dev server reloads it at every edit) and is replaced with its URL.
type Held = { url: string; pool: pg.Pool };
const held = globalThis as typeof globalThis & { __appPool?: Held };

function pool(): pg.Pool {
  const url = required('DATABASE_URL');
  if (held.__appPool?.url === url) return held.__appPool.pool;
  held.__appPool?.pool.end().catch((error) => console.error('closing the old pool:', error.message));

  const created = new pg.Pool({ connectionString: url, max: 5, connectionTimeoutMillis: 10_000 });
  // Without a listener, a connection that the server drops while idle would end the process.
  created.on('error', (error) => console.error('database connection lost:', error.message));
  held.__appPool = { url, pool: created };
  return created;
}

/** The database, connected at first use. Throws `MissingService` where `DATABASE_URL` is not set. */
export function db(): NodePgDatabase<typeof schema> {
  return drizzle({ client: pool(), schema });
}
