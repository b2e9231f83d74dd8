import { type Limits, type Ran, runNode } from './run.ts';

// Runs in the app, with the app's own driver. Table names arrive as arguments and are quoted by it.
const COUNT = `
import { existsSync } from 'node:fs';
import pg from 'pg';
if (existsSync('.env')) process.loadEnvFile('.env');
const client = new pg.Client({ connectionString: process.env.DATABASE_URL, connectionTimeoutMillis: 10000 });
await client.connect();
for (const table of process.argv.slice(1)) {
  const { rows } = await client.query('select count(*)::int as n from ' + pg.escapeIdentifier(table));
  console.log(table + ': ' + rows[0].n + (rows[0].n === 1 ? ' row' : ' rows'));
}
await client.end();
`;

/** Counts the rows of tables: proof that they are there, in the database the app itself uses. */
export const countRows = (cwd: string, tables: readonly string[], limits: Limits): Promise<Ran> =>
  runNode(['--input-type=module', '--eval', COUNT, '--', ...tables], { cwd, ...limits });
