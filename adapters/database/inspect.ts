import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ClientBase } from 'pg';
import type { ProviderError } from '../../commands/ports/services.ts';
import type { TableColumn as Column, RowRange as Range, Table, TablePage } from '../../projections/panels.ts';
import { type CatalogColumn, type CatalogTable, findTable, readCatalog } from './catalog.ts';
import { toProviderError } from './errors.ts';
import { sqlError } from './sql-error.ts';
import { withClient } from './with-client.ts';

const TIMEOUT_MS = 5_000;
const EXACT_COUNT_LIMIT = 100_000;
const MAX_PAGE = 500;
export const MAX_CELL_CHARS = 1_000;

/** What the app keeps there is the app's code: it may read, for a moment, and find functions where Postgres has them. */
export const reading = async <A>(client: ClientBase, use: () => Promise<A>): Promise<A> => {
  await client.query('BEGIN READ ONLY');
  await client.query("SET LOCAL search_path = 'pg_catalog'");
  const result = await use();
  await client.query('ROLLBACK');
  return result;
};

const shown = ({ cast: _cast, computed: _computed, ...column }: CatalogColumn): Column => column;

const countRows = async (client: ClientBase, { quoted, estimate }: CatalogTable): Promise<number> => {
  const some = `SELECT 1 FROM ${quoted} LIMIT ${EXACT_COUNT_LIMIT + 1}`;
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (${some}) AS counted`,
  );
  const count = rows[0]?.count ?? 0;
  return count > EXACT_COUNT_LIMIT ? Math.max(count, Math.round(estimate)) : count;
};

/** The tables of the database it is connected to, and the rows in each. */
export const tablesIn = (
  client: ClientBase,
): Promise<readonly { readonly name: string; readonly rows: number }[]> =>
  reading(client, async () => (await withCounts(client)).map(({ name, rows }) => ({ name, rows })));

const withCounts = async (client: ClientBase): Promise<readonly Table[]> => {
  const tables: Table[] = [];
  for (const table of await readCatalog(client)) {
    const { name, columns, key } = table;
    tables.push({ name, rows: await countRows(client, table), columns: columns.map(shown), key });
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

const pageOf = async (client: ClientBase, table: CatalogTable, range: Range): Promise<TablePage> => {
  const cells = table.columns.map(
    ({ name }) => `left(${client.escapeIdentifier(name)}::text, ${MAX_CELL_CHARS})`,
  );
  const limit = Math.min(Math.max(Math.trunc(range.limit), 0), MAX_PAGE);
  const offset = Math.max(Math.trunc(range.offset), 0);
  const what = ['xmin::text', ...cells].join(', ');
  const text = `SELECT ${what} FROM ${table.quoted}${orderOf(client, table, range)} LIMIT $1 OFFSET $2`;
  const { rows } = await client.query<(string | null)[]>({ text, values: [limit, offset], rowMode: 'array' });
  return {
    columns: table.columns.map(shown),
    key: table.key,
    rows: rows.map(([, ...row]) => row),
    versions: rows.map(([version]) => version ?? ''),
  };
};

/** By the column that was chosen, where the table has it, and then by its key, so that pages do not overlap. */
const orderOf = (client: ClientBase, { columns, key }: CatalogTable, { sort }: Range): string => {
  const chosen = columns.some(({ name }) => name === sort?.column) ? sort : undefined;
  const by = [
    ...(chosen === undefined
      ? []
      : [
          `${client.escapeIdentifier(chosen.column)} ${chosen.direction === 'desc' ? 'DESC' : 'ASC'} NULLS LAST`,
        ]),
    ...key.map((name) => client.escapeIdentifier(name)),
  ];
  return by.length === 0 ? '' : ` ORDER BY ${by.join(', ')}`;
};

/**
 * At most 500 rows of one table, named as `inspectDatabase` names it; any other name is `unknown_table`, since only
 * names out of the catalog reach a statement. Without a primary key rows come in no order but the table's own.
 */
export const readTable = (
  databaseUrl: string,
  name: string,
  range: Range,
  signal?: AbortSignal,
): TE.TaskEither<ProviderError, TablePage> => {
  const read = (client: ClientBase): Promise<TablePage | undefined> =>
    reading(client, async () => {
      const table = await findTable(client, name);
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
      (error) => (signal?.aborted ? toProviderError('read table', signal) : sqlError('read table'))(error),
    ),
  );
};
