import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { z } from 'zod';
import { invalid } from './refusal.ts';
import { check } from './validation.ts';

export type Row = Record<string, SQLOutputValue>;
export type Page<Item> = {
  readonly object: 'list';
  readonly has_more: boolean;
  readonly data: readonly Item[];
};

const pageQuery = z
  .object({
    limit: z.coerce.number().int().min(1).max(100).default(20),
    after: z.string().max(64).optional(),
    before: z.string().max(64).optional(),
  })
  .refine((query) => query.after === undefined || query.before === undefined, {
    error: 'Use either `after` or `before`, not both.',
  });

/**
 * One page of a table, newest first, by Resend's cursors (`limit` 1-100, `after` or `before` an id of the list).
 * `where` holds column names of ours and the values they must equal.
 */
export const pageOf = <Item>(
  database: DatabaseSync,
  table: string,
  where: Readonly<Record<string, string>>,
  query: unknown,
  item: (row: Row) => Item,
): Page<Item> => {
  const { limit, after, before } = check(pageQuery, query);
  const scope = Object.keys(where).map((column) => `${column} = :${column}`);
  const cursor = after ?? before;
  if (cursor !== undefined) {
    const found = database
      .prepare(`SELECT seq FROM ${table} WHERE ${['id = :cursor', ...scope].join(' AND ')}`)
      .get({ ...where, cursor });
    if (found === undefined)
      throw invalid(`The cursor \`${after ? 'after' : 'before'}\` is not in this list.`);
    scope.push(`seq ${after === undefined ? '>' : '<'} ${Number(found.seq)}`);
  }
  const rows = database
    .prepare(
      `SELECT * FROM ${table} ${scope.length > 0 ? `WHERE ${scope.join(' AND ')}` : ''}
       ORDER BY seq ${before === undefined ? 'DESC' : 'ASC'} LIMIT ${limit + 1}`,
    )
    .all(where);
  const page = rows.slice(0, limit);
  if (before !== undefined) page.reverse();
  return { object: 'list', has_more: rows.length > limit, data: page.map(item) };
};
