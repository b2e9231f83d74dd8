import { setTimeout as delay } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import type { Admin } from './admin.ts';

/** What a statement of the app may still take before its connection is ended. Postgres itself waits for five seconds. */
const GRACE_MS = 1_500;
const LOOK_EVERY_MS = 15;

const IN_USE = `SELECT count(*)::int AS many FROM pg_stat_activity
                 WHERE datid = $1 AND backend_type = 'client backend'`;
const END = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datid = $1 AND backend_type = 'client backend' AND ($2 OR state = 'idle')`;

/** Ends what is idle at once, which a pool takes for an idle timeout, and everything else when its time is over. */
const end = async (client: ClientBase, oid: string, until: number): Promise<void> => {
  await client.query(END, [oid, Date.now() > until]);
};

/**
 * Does what Postgres only does with a database nobody is connected to. Whoever connects meanwhile waits: the statements
 * this is for hold the lock that a new connection wants.
 */
export const withNobodyConnected = async <A>(
  admin: Admin,
  client: ClientBase,
  oid: string,
  work: () => Promise<A>,
): Promise<A> => {
  const until = Date.now() + GRACE_MS;
  for (;;) {
    await end(client, oid, until);
    const { rows } = await client.query<{ many: number }>(IN_USE, [oid]);
    if (rows[0]?.many === 0) break;
    await delay(LOOK_EVERY_MS);
  }
  const over = new AbortController();
  const goesOn = (async () => {
    // Postgres counts once more before it begins, and waits for whoever came in between.
    while (!over.signal.aborted) {
      await delay(LOOK_EVERY_MS * 4, undefined, { signal: over.signal }).catch(() => undefined);
      if (over.signal.aborted) return;
      // One that fails is asked again; if none succeeds, the work itself fails, in Postgres' own words.
      await admin.use(undefined, (other) => end(other, oid, until)).catch(() => undefined);
    }
  })();
  try {
    return await work();
  } finally {
    over.abort();
    await goesOn;
  }
};
