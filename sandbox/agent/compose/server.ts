import type { BuiltPart } from './built-part.ts';

/** `server/schema.ts`: the tables of every part. */
export const schemaTs = (
  parts: readonly BuiltPart[],
): string => `// The tables of this app. After a change: \`npm run db:push\`.
${parts
  .map(({ id }) => `export * from './tables/${id}.ts';`)
  .sort()
  .join('\n')}
`;

/** `server/index.ts`: the routes of every part, mounted under their names. */
export const indexTs = (parts: readonly BuiltPart[]): string => `import { Hono } from 'hono';
import { answerError } from './errors.ts';
${parts
  .map(({ id }) => `import { ${id}Routes } from './routes/${id}.ts';`)
  .sort()
  .join('\n')}

const api = new Hono().basePath('/api');

api.get('/health', (c) => c.json({ ok: true }));
${parts.map(({ id }) => `api.route('/${id}', ${id}Routes);`).join('\n')}

api.notFound((c) => c.json({ error: \`There is no \${c.req.method} \${c.req.path}.\` }, 404));
api.onError(answerError);

export default api;
`;
