import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ClientBase } from 'pg';
import type { ProviderError } from '../../commands/ports/services.ts';
import { type CatalogTable, findTable } from './catalog.ts';
import { MAX_CELL_CHARS } from './inspect.ts';
import { sqlError } from './sql-error.ts';
import { withClient } from './with-client.ts';

const TIMEOUT_MS = 5_000;

/** Values as Postgres reads them; `null` is SQL's, and a column that is not named keeps what it has. */
export type Values = Readonly<Record<string, string | null>>;

export type RowChange =
  | { readonly kind: 'insert'; readonly values: Values }
  | {
      readonly kind: 'update';
      readonly key: Values;
      /** As it was read with the row. */
      readonly version: string;
      readonly values: Values;
    }
  | { readonly kind: 'delete'; readonly key: Values; readonly version: string };

const refusal = (code: string, message: string): ProviderError => ({ code, message, retryable: false });
const UNKNOWN = refusal('unknown_table', 'there is no such table');
const CHANGED = refusal(
  'row_changed',
  'The row was changed or deleted since it was read. Refresh the table, then try again.',
);

class Refused extends Error {
  readonly refusal: ProviderError;

  constructor(why: ProviderError) {
    super(why.message);
    this.refusal = why;
  }
}

/**
 * Changes one row by its primary key, on the session's own role: its rights, its constraints and its triggers hold. Only
 * names out of the catalog reach the statement, and values only as parameters, cast to their column's type.
 */
export const changeRow = (
  databaseUrl: string,
  tableName: string,
  change: RowChange,
): TE.TaskEither<ProviderError, { readonly rows: number }> =>
  pipe(
    TE.tryCatch(
      () => withClient(databaseUrl, { timeoutMs: TIMEOUT_MS }, (client) => apply(client, tableName, change)),
      (error) => (error instanceof Refused ? error.refusal : sqlError('change a row')(error)),
    ),
  );

const apply = async (
  client: ClientBase,
  tableName: string,
  change: RowChange,
): Promise<{ readonly rows: number }> => {
  // Names of types are those of the catalog's own path; what the statement sets off sees the app's.
  await client.query("SET search_path = 'pg_catalog'");
  const table = await findTable(client, tableName);
  if (table === undefined) throw new Refused(UNKNOWN);
  const { text, values } = statementFor(client, table, change);
  await client.query('RESET search_path');
  const { rowCount } = await client.query({ text, values: [...values] });
  if (rowCount === 0 && change.kind !== 'insert') throw new Refused(CHANGED);
  return { rows: rowCount ?? 0 };
};

const statementFor = (
  client: ClientBase,
  table: CatalogTable,
  change: RowChange,
): { readonly text: string; readonly values: readonly (string | null)[] } => {
  const values: (string | null)[] = [];
  const parameter = (name: string, value: string | null): string => {
    const column = table.columns.find((one) => one.name === name);
    if (column === undefined)
      throw new Refused(refusal('unknown_column', `there is no column ${name.slice(0, 100)}`));
    values.push(value);
    return `$${values.length}::text::${column.cast}`;
  };
  const assigned = Object.entries(change.kind === 'delete' ? {} : change.values);
  const written = assigned.find(
    ([name]) => table.columns.find((one) => one.name === name)?.generated === true,
  );
  if (written !== undefined)
    throw new Refused(refusal('column_generated', `${written[0]} is written by the database itself.`));

  if (change.kind === 'insert') {
    if (assigned.length === 0) return { text: `INSERT INTO ${table.quoted} DEFAULT VALUES`, values };
    const names = assigned.map(([name]) => client.escapeIdentifier(name)).join(', ');
    const given = assigned.map(([name, value]) => parameter(name, value)).join(', ');
    return { text: `INSERT INTO ${table.quoted} (${names}) VALUES (${given})`, values };
  }

  if (table.key.length === 0)
    throw new Refused(
      refusal('no_primary_key', 'This table has no primary key. Change its rows with SQL instead.'),
    );
  const keyed = (): string =>
    table.key
      .map((name) => {
        const value = Object.hasOwn(change.key, name) ? change.key[name] : undefined;
        if (value === undefined || value === null || value.length >= MAX_CELL_CHARS)
          throw new Refused(refusal('key_invalid', `the key must name ${name}`));
        return `${client.escapeIdentifier(name)} = ${parameter(name, value)}`;
      })
      .concat(`xmin::text = $${values.push(change.version)}`)
      .join(' AND ');
  if (change.kind === 'delete') return { text: `DELETE FROM ${table.quoted} WHERE ${keyed()}`, values };
  if (assigned.length === 0) throw new Refused(refusal('nothing_changed', 'No column was changed.'));
  const set = assigned.map(([name, value]) => `${client.escapeIdentifier(name)} = ${parameter(name, value)}`);
  return { text: `UPDATE ${table.quoted} SET ${set.join(', ')} WHERE ${keyed()}`, values };
};
