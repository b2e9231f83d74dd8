import { defineConfig } from 'drizzle-kit';
import { getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { env } from './server/env.ts';
import * as schema from './server/schema.ts';

const tables = Object.values<unknown>(schema).filter((value) => is(value, PgTable));

export default defineConfig({
  dialect: 'postgresql',
  schema: './server/schema.ts',
  out: './drizzle',
  dbCredentials: { url: env().DATABASE_URL ?? '' },
  // Tables the schema does not name (any more, after an undo) keep their data: a push neither drops nor renames them.
  tablesFilter: tables.length > 0 ? tables.map(getTableName) : ['none'],
});
