import { Socket } from 'node:net';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ClientBase } from 'pg';
import Cursor from 'pg-cursor';
import type { ProviderError } from '../../commands/ports/services.ts';
import { sqlError } from './sql-error.ts';
import { withClient } from './with-client.ts';

export const MAX_ROWS = 200;
const MAX_CELL_CHARS = 2_000;
const TIMEOUT_MS = 10_000;
/** Of an answer in all: what does not fit is not read on, and the connection is closed. */
const MAX_BYTES = 8 * 1024 * 1024;
const LOOK_EVERY_MS = 10;

export type SqlMode = 'read' | 'write';
export type SqlResult = {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** At most 200, each value cut at 2,000 characters. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly truncated: boolean;
  /** As Postgres counts them, e.g. of an `UPDATE`. */
  readonly affected?: number;
};

const TOO_MUCH: ProviderError = {
  code: 'sql_too_much',
  message: 'The answer is larger than can be shown. Ask for fewer or shorter values.',
  retryable: false,
};

/** A socket that is closed once more has come than is wanted, whoever reads from it. */
const bounded = () => {
  const socket = new Socket();
  let isTooMuch = false;
  const watch = setInterval(() => {
    if (socket.bytesRead <= MAX_BYTES) return;
    isTooMuch = true;
    socket.destroy();
  }, LOOK_EVERY_MS).unref();
  socket.once('close', () => clearInterval(watch));
  return { socket, isTooMuch: () => isTooMuch };
};

/**
 * One statement on the session's own role, in a transaction of its own, for at most ten seconds. It is sent by the
 * extended protocol, which takes one and no more: nothing can follow a `COMMIT`. To read, the transaction has been used
 * before the statement comes, after which Postgres lets nobody make it one that writes.
 */
export const runSql = (
  databaseUrl: string,
  statement: string,
  mode: SqlMode,
): TE.TaskEither<ProviderError, SqlResult> => {
  return async () => {
    const { socket, isTooMuch } = bounded();
    const result = await TE.tryCatch(
      () =>
        withClient(databaseUrl, { timeoutMs: TIMEOUT_MS, stream: () => socket }, (client) =>
          inTransaction(client, statement, mode),
        ),
      (error) => (isTooMuch() ? TOO_MUCH : sqlError('run SQL')(error)),
    )();
    socket.destroy();
    return result;
  };
};

const inTransaction = async (client: ClientBase, statement: string, mode: SqlMode): Promise<SqlResult> => {
  await client.query(mode === 'read' ? 'BEGIN READ ONLY' : 'BEGIN');
  await client.query('SELECT 1');
  const result = await read(client, statement);
  await client.query(mode === 'read' ? 'ROLLBACK' : 'COMMIT');
  return result;
};

type Fields = readonly {
  readonly name: string;
  readonly dataTypeID: number;
  readonly dataTypeModifier: number;
}[];

const asText = { getTypeParser: () => (value: unknown) => value };

/**
 * `COPY` from and to the client is a protocol of its own, which a cursor does not speak: unheard, its messages would end
 * the process. Nothing is sent, and what comes is not kept.
 */
class CopylessCursor extends Cursor<(string | null)[]> {
  handleCopyInResponse(connection: { readonly sendCopyFail: (message: string) => void }): void {
    connection.sendCopyFail('COPY is not available here');
  }

  handleCopyData(): void {}
}

const read = async (client: ClientBase, statement: string): Promise<SqlResult> => {
  const cursor = client.query(
    new CopylessCursor(statement, [], { rowMode: 'array', types: asText as never }),
  );
  const { rows, fields, count } = await new Promise<{
    readonly rows: readonly (string | null)[][];
    readonly fields: Fields;
    readonly count: number | null;
  }>((resolve, reject) => {
    cursor.read(MAX_ROWS + 1, (error, got, result) => {
      if (error) reject(error);
      else resolve({ rows: got, fields: result?.fields ?? [], count: result?.rowCount ?? null });
    });
  });
  await cursor.close();
  const shown = rows.slice(0, MAX_ROWS).map((row) => row.map(cut));
  return {
    columns: await typed(client, fields),
    rows: shown,
    truncated: rows.length > MAX_ROWS,
    ...(fields.length > 0 || count === null ? {} : { affected: count }),
  };
};

const cut = (value: string | null): string | null =>
  value === null ? null : String(value).slice(0, MAX_CELL_CHARS);

const typed = async (client: ClientBase, fields: Fields): Promise<SqlResult['columns']> => {
  if (fields.length === 0) return [];
  const { rows } = await client.query<{ readonly type: string }>(
    `SELECT pg_catalog.format_type(oid, mod) AS type
       FROM unnest($1::pg_catalog.oid[], $2::pg_catalog.int4[]) WITH ORDINALITY AS f (oid, mod, n) ORDER BY n`,
    [fields.map(({ dataTypeID }) => dataTypeID), fields.map(({ dataTypeModifier }) => dataTypeModifier)],
  );
  return fields.map(({ name }, index) => ({ name, type: rows[index]?.type ?? '' }));
};
