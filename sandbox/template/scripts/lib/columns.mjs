import pg from 'pg';

/** The columns that the database really has: `table -> column -> { type, required }`, for tables in `public`. */
export async function readColumns(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query(`
      select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
             a.attnotnull and not a.atthasdef as required
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped`);
    const tables = new Map();
    for (const { table, column, type, required } of rows) {
      if (!tables.has(table)) tables.set(table, new Map());
      tables.get(table).set(column, { type, required });
    }
    return tables;
  } finally {
    await client.end();
  }
}
