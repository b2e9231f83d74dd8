import { and, count, gte, lt } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { db } from '../db.ts';

/** `3 new recipes`, or nothing where there were none. */
export async function newOnes(
  one: string,
  many: string,
  table: PgTable & { createdAt: PgColumn },
  [from, to]: readonly [Date, Date],
): Promise<string[]> {
  const meanwhile = and(gte(table.createdAt, from), lt(table.createdAt, to));
  const [row] = await db().select({ count: count() }).from(table).where(meanwhile);
  const found = row?.count ?? 0;
  return found === 0 ? [] : [`${found} new ${found === 1 ? one : many}`];
}
