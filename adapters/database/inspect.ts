import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ClientBase } from 'pg';
import type { ProviderError } from '../../commands/ports/services.ts';
import { toProviderError } from './errors.ts';
import { withClient } from './with-client.ts';

export type Column = { readonly name: string; readonly type: string };

/** `rows` is exact up to 100,000; above that it is the planner's estimate. */
export type Table = { readonly name: string; readonly rows: number; readonly columns: readonly Column[] };

/** Values as Postgres writes them, cut at 1,000 characters; `null` is SQL's. */
export type TablePage = {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | null)[])[];
};

const TIMEOUT_MS = 5_000;
const MAX_TABLES = 200;
const EXACT_COUNT_LIMIT = 100_000;
const MAX_PAGE = 500;
const MAX_CELL_CHARS = 1_000;

type CatalogTable = {
  readonly name: string;
  readonly quoted: string;
  readonly estimate: number;
  readonly columns: Column[];
};

/** Ordinary and partitioned tables outside the system's schemas; `public` goes without saying in a name. */
const CATALOG = `
  SELECT CASE n.nspname WHEN 'public' THEN c.relname::text ELSE n.nspname || '.' || c.relname END AS name,
         format('%I.%I', n.nspname, c.relname) AS quoted,
         greatest(c.reltuples, 0)::float8 AS estimate,
         coalesce((SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
                                   ORDER BY a.attnum)
                     FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND n.nspname <> 'information_schema' AND NOT starts_with(n.nspname, 'pg_')
   ORDER BY n.nspname <> 'public', name
   LIMIT ${MAX_TABLES}`;

/** What the app keeps there is the app's code: it may read, for a moment, and find functions where Postgres has them. */
const reading = async <A>(client: ClientBase, use: () => Promise<A>): Promise<A> => {
  await client.query('BEGIN READ ONLY');
  await client.query("SET LOCAL search_path = 'pg_catalog'");
  const result = await use();
  await client.query('ROLLBACK');
  return result;
};

const countRows = async (client: ClientBase, { quoted, estimate }: CatalogTable): Promise<number> => {
  const some = `SELECT 1 FROM ${quoted} LIMIT ${EXACT_COUNT_LIMIT + 1}`;
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (${some}) AS counted`,
  );
  const count = rows[0]?.count ?? 0;
  return count > EXACT_COUNT_LIMIT ? Math.max(count, Math.round(estimate)) : count;
};

const withCounts = async (client: ClientBase): Promise<readonly Table[]> => {
  const { rows: found } = await client.query<CatalogTable>(CATALOG);
  const tables: Table[] = [];
  for (const table of found) {
    tables.push({ name: table.name, rows: await countRows(client, table), columns: table.columns });
  }
  return tables;
};

/**
 * The tables of a session's database, `public` first, at most 200, read with the session's own connection string
 * and rights. Errors as in `toProviderError`.
 */
export const inspectDatabase = (
  databaseUrl: string,
  signal?: AbortSignal,
): TE.TaskEither<ProviderError, { readonly tables: readonly Table[] }> =>
  TE.tryCatch(
    () =>
      withClient(databaseUrl, { timeoutMs: TIMEOUT_MS, ...(signal ? { signal } : {}) }, (client) =>
        reading(client, async () => ({ tables: await withCounts(client) })),
      ),
    toProviderError('read tables', signal),
  );

const pageOf = async (
  client: ClientBase,
  table: CatalogTable,
  range: { readonly limit: number; readonly offset: number },
): Promise<TablePage> => {
  const cells = table.columns.map(
    ({ name }) => `left(${client.escapeIdentifier(name)}::text, ${MAX_CELL_CHARS})`,
  );
  const limit = Math.min(Math.max(Math.trunc(range.limit), 0), MAX_PAGE);
  const offset = Math.max(Math.trunc(range.offset), 0);
  const text = `SELECT ${cells.join(', ')} FROM ${table.quoted} LIMIT $1 OFFSET $2`;
  const { rows } = await client.query<(string | null)[]>({ text, values: [limit, offset], rowMode: 'array' });
  return { columns: table.columns, rows };
};

/**
 * At most 500 rows of one table, named as `inspectDatabase` names it; any other name is `unknown_table`, since only
 * names out of the catalog reach a statement. Rows come in no order but the table's own.
 */
export const readTable = (
  databaseUrl: string,
  name: string,
  range: { readonly limit: number; readonly offset: number },
  signal?: AbortSignal,
): TE.TaskEither<ProviderError, TablePage> => {
  const read = (client: ClientBase): Promise<TablePage | undefined> =>
    reading(client, async () => {
      const { rows } = await client.query<CatalogTable>(CATALOG);
      const table = rows.find((row) => row.name === name);
      return table === undefined ? undefined : pageOf(client, table, range);
    });
  const unknown: ProviderError = {
    code: 'unknown_table',
    message: 'there is no such table',
    retryable: false,
  };
  return TE.flatMap((page: TablePage | undefined) =>
    page === undefined ? TE.left(unknown) : TE.right(page),
  )(
    TE.tryCatch(
      () => withClient(databaseUrl, { timeoutMs: TIMEOUT_MS, ...(signal ? { signal } : {}) }, read),
      toProviderError('read table', signal),
    ),
  );
};
