import { readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { env } from './env.ts';
import api from './index.ts';
import { jobs } from './jobs.ts';
import { migrate } from './migrate.ts';
import { JOBS_EVERY_MS, runJobs } from './run-jobs.ts';

process.env.NODE_ENV ??= 'production';
const port = Number(process.env.PORT ?? 3000);
const page = readFileSync('dist/client/index.html', 'utf8');

const { DATABASE_URL: database } = env();
if (database) console.log(`${await migrate(database)} new migrations applied`);

const app = new Hono();
// Not `app.route`: that would lose the API's own answers for unknown routes and errors.
app.all('/api/*', (c) => api.fetch(c.req.raw));
app.use('/assets/*', async (c, next) => {
  await next();
  c.header('cache-control', 'public, max-age=31536000, immutable');
});
app.use(serveStatic({ root: 'dist/client' }));
app.get('*', (c) => c.html(page));

serve({ fetch: app.fetch, port, hostname: process.env.HOST ?? '0.0.0.0' }, () =>
  console.log(`listening on http://localhost:${port}`),
);
setInterval(() => void runJobs(jobs), JOBS_EVERY_MS);
