import { defineConfig } from 'drizzle-kit';
import { env } from './server/env.ts';

/** For Drizzle's own tools, e.g. `npx drizzle-kit studio`. Changing tables is `npm run db:change`. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './server/schema.ts',
  out: './drizzle',
  dbCredentials: { url: env().DATABASE_URL ?? '' },
});
