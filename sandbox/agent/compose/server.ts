import type { AppSpec } from '../spec.ts';
import { type BuiltPart, serverName } from './built-part.ts';
import { imports, literal, sortText } from './text.ts';

const unique = (list: readonly string[]): string[] => [...new Set(list)];

/** The files in `server/tables/`, by their names. */
export const tableFiles = (spec: AppSpec, parts: readonly BuiltPart[]): string[] =>
  sortText(
    unique([
      ...parts.map(serverName),
      ...(spec.signIn ? ['accounts'] : []),
      ...(spec.weekly ? ['job-runs'] : []),
    ]),
  );

/** `server/schema.ts`: the tables of every part. */
export const schemaTs = (
  tables: readonly string[],
): string => `// The tables of this app. After a change: \`npm run db:change\`.
${tables.map((name) => `export * from './tables/${name}.ts';`).join('\n')}
`;

/** Forms are for strangers; what events the page sends comes from strangers too. */
const isOpen = (part: AppSpec['parts'][number]): boolean => part.kind === 'form';

/** `server/index.ts`: the routes of every part, mounted under their names. */
export function indexTs(spec: AppSpec, parts: readonly BuiltPart[]): string {
  const routes = unique(parts.map(serverName));
  const guards = !spec.signIn
    ? []
    : unique(
        spec.parts.flatMap((part, position) => {
          const built = parts[position];
          if (isOpen(part) || !built) return [];
          const method = part.kind === 'dashboard' ? 'get' : 'use';
          return [`api.${method}('/${serverName(built)}/*', signedIn);`];
        }),
      );
  return `${imports([
    { from: 'hono', names: ['Hono'] },
    { from: './errors.ts', names: ['answerError'] },
    ...routes.map((name) => ({ from: `./routes/${name}.ts`, names: [`${name}Routes`] })),
    spec.signIn && { from: './routes/sign-in.ts', names: ['signInRoutes'] },
    spec.signIn && { from: './signed-in.ts', names: ['signedIn'] },
    spec.weekly && { from: './routes/summary.ts', names: ['summaryRoutes'] },
  ])}

const api = new Hono().basePath('/api');

api.get('/health', (c) => c.json({ ok: true }));
${[
  ...guards,
  ...routes.map((name) => `api.route('/${name}', ${name}Routes);`),
  ...(spec.signIn ? ["api.route('/sign-in', signInRoutes);"] : []),
  ...(spec.weekly ? ["api.route('/summary', summaryRoutes);"] : []),
].join('\n')}

api.notFound((c) => c.json({ error: \`There is no \${c.req.method} \${c.req.path}.\` }, 404));
api.onError(answerError);

export default api;
`;
}

/** Who is told where neither the prompt nor the environment names somebody. */
export const PLACEHOLDER_OWNER = 'owner@example.com';

/** Whether anything in the app mails its owner. */
export const tellsOwner = ({ parts, weekly }: AppSpec): boolean =>
  weekly ||
  parts.some(
    (part) => part.kind === 'form' || (part.kind === 'collection' && part.features.includes('tell owner')),
  );

/** `server/owner.ts` */
export const ownerTs = (owner: string | undefined): string =>
  owner
    ? `/** Who is told what happens in this app. */
export const owner = (): string => ${literal(owner)};
`
    : `import { env } from './env.ts';

/** Who is told what happens in this app: set OWNER_EMAIL in \`.env\`. */
export const owner = (): string => env().OWNER_EMAIL ?? '${PLACEHOLDER_OWNER}';
`;
