import { Client } from 'pg';
import { z } from 'zod';

const query = z.object({ query: z.string(), params: z.array(z.unknown()).default([]) });

/** Field names of a Postgres error as the driver reads them: `errorFields` of @neondatabase/serverless 1.2.0. */
const errorBody = (error: unknown) => {
  const { message, code, severity, detail, constraint } = error as Record<string, unknown>;
  return { message, code, severity, detail, constraint };
};

/**
 * One query of the serverless driver's HTTP protocol, on a real Postgres: `POST /sql` with the connection string in a
 * header, `Neon-Raw-Text-Output` and `Neon-Array-Mode` (the driver parses the text itself). Read off the driver 1.2.0.
 */
export const runSql = async (
  connectionString: string,
  body: unknown,
): Promise<{ readonly status: 200 | 400; readonly answer: unknown }> => {
  const { query: text, params } = query.parse(body);
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000, statement_timeout: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const types = { getTypeParser: () => (value: string) => value };
    const { rows, fields, command, rowCount } = await client.query({
      text,
      values: params,
      rowMode: 'array',
      types,
    });
    return { status: 200, answer: { command, rowCount, fields, rows, rowAsArray: true } };
  } catch (error) {
    return { status: 400, answer: errorBody(error) };
  } finally {
    await client.end();
  }
};
