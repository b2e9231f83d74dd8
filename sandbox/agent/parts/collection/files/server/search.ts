import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/** Rows with every word that was asked for, each also as a beginning: `plu ca` finds a plum cake. */
export function matching(column: PgColumn, asked = ''): SQL | undefined {
  const words = asked.slice(0, 200).match(/[\p{L}\p{N}]+/gu);
  if (!words) return undefined;
  return sql`${column} @@ to_tsquery('simple', ${words.map((word) => `${word}:*`).join(' & ')})`;
}
