import { setTimeout as delay } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import type { Admin } from './admin.ts';

/** What a statement of the app may still take before its connection is ended. Postgres itself waits for five seconds. */
const GRACE_MS = 1_500;
const LOOK_EVERY_MS = 15;

const IN_USE = `SELECT count(*)::int AS many, pg_backend_pid() AS pid FROM pg_stat_activity
                 WHERE datid = $1 AND backend_type = 'client backend'`;

/**
 * Idle is who has had time to go on: a request of the app may be between two of its statements, and one that has just
 * come in has not asked anything yet.
 */
const IDLE_MS = 50;
const IDLE = `state = 'idle' AND query <> '' AND state_change < clock_timestamp() - $3 * interval '1 millisecond'`;
const END = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datid = $1 AND backend_type = 'client backend' AND ($2 OR (${IDLE}))`;
/** Only while the statement is at it: who waited for its end has done nothing to be cut off for. */
const END_IN_THE_WAY = `${END} AND EXISTS (
  SELECT FROM pg_stat_activity WHERE pid = $4 AND state = 'active' AND query ~ '^(CREATE|ALTER) DATABASE')`;

/**
 * Does what Postgres only does with a database nobody is connected to. Whoever connects meanwhile waits: the statements
 * this is for hold the lock that a new connection wants.
 */
export const withNobodyConnected = async <A>(
  admin: Admin,
  client: ClientBase,
  {
    oid,
    graceMs = GRACE_MS,
    idleMs = IDLE_MS,
  }: { readonly oid: string; readonly graceMs?: number | undefined; readonly idleMs?: number | undefined },
  work: () => Promise<A>,
): Promise<A> => {
  const until = Date.now() + graceMs;
  const isOver = (): boolean => Date.now() > until;
  // What is idle is ended at once, which a pool takes for an idle timeout, and everything else when its time is over.
  const untilNobodyIs = async (): Promise<number> => {
    for (;;) {
      await client.query(END, [oid, isOver(), idleMs]);
      const { rows } = await client.query<{ many: number; pid: number }>(IN_USE, [oid]);
      if (rows[0]?.many === 0) return rows[0].pid;
      await delay(LOOK_EVERY_MS);
    }
  };
  const pid = await untilNobodyIs();
  const over = new AbortController();
  const goesOn = (async () => {
    // Postgres counts once more before it begins, and waits for whoever came in between.
    while (!over.signal.aborted) {
      await delay(LOOK_EVERY_MS * 4, undefined, { signal: over.signal }).catch(() => undefined);
      if (over.signal.aborted) return;
      // One that fails is asked again; if none succeeds, the work itself fails, in Postgres' own words.
      await admin
        .use(undefined, (other) => other.query(END_IN_THE_WAY, [oid, isOver(), idleMs, pid]))
        .catch(() => undefined);
    }
  })();
  try {
    return await work();
  } finally {
    over.abort();
    await goesOn;
  }
};
