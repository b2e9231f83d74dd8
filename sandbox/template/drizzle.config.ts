import { defineConfig } from 'drizzle-kit';
import { env } from './server/env.ts';

export default defineConfig({
  dialect: 'postgresql',
  schema: './server/schema.ts',
  out: './drizzle',
  dbCredentials: { url: env().DATABASE_URL ?? '' },
});
