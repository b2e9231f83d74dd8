import type { ClientBase } from 'pg';

/** CREATE DATABASE cannot be in a transaction; the lock keeps two attempts at one session from interleaving. */
export const exclusively = async <A>(
  client: ClientBase,
  name: string,
  work: () => Promise<A>,
): Promise<A> => {
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
  const result = await work();
  await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
  return result;
};
