import { randomBytes } from 'node:crypto';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ClientBase } from 'pg';
import type { DatabaseProvider } from '../../../commands/ports/checkpoints.ts';
import type {
  ListedResource,
  ProviderError,
  Provisioned,
  ProvisionRequest,
} from '../../../commands/ports/services.ts';
import { databaseName, resourceName } from '../../../domain/services.ts';
import { toProviderError } from '../errors.ts';
import { withClient } from '../with-client.ts';
import { embeddedCheckpoints } from './checkpoints.ts';
import { lookAt, notesOf, writeNote } from './fingerprint.ts';
import { exclusively } from './locks.ts';
import { slugOf } from './names.ts';
import type { EmbeddedPostgres } from './postgres.ts';
import { scramVerifier } from './scram.ts';
import * as sql from './statements.ts';

const SLUG = /^[a-z0-9]{12}$/;
const PROOF_TIMEOUT_MS = 5_000;

type Named = ProvisionRequest & { readonly name: string };

const named = (request: ProvisionRequest): TE.TaskEither<ProviderError, Named> =>
  SLUG.test(request.slug)
    ? TE.right({ ...request, name: databaseName(request.slug) })
    : TE.left({ code: 'invalid_slug', message: 'a slug is 12 characters of a-z and 0-9', retryable: false });

const exists = async (client: ClientBase, text: string, name: string): Promise<boolean> =>
  (await client.query(text, [name])).rowCount === 1;

const roleExists = (client: ClientBase, name: string): Promise<boolean> =>
  exists(client, 'SELECT 1 FROM pg_roles WHERE rolname = $1', name);

const databaseExists = (client: ClientBase, name: string): Promise<boolean> =>
  exists(client, 'SELECT 1 FROM pg_database WHERE datname = $1', name);

const adoptOrCreate = async (client: ClientBase, name: string, password: string): Promise<void> => {
  if (!(await roleExists(client, name))) await client.query(sql.createRole(name));
  await sql.runAll(client, sql.resetRole(name, await scramVerifier(password)));
  if (!(await databaseExists(client, name))) {
    await client.query(sql.createDatabase(name));
    // Known to be empty until somebody writes into it: its first checkpoint need not be a copy.
    const { text: as = '' } = (await lookAt(client, name)) ?? {};
    await client.query(writeNote(name, { as }));
  }
  await sql.runAll(client, sql.resetDatabase(name));
};

const drop = async (client: ClientBase, name: string): Promise<void> => {
  // With everything beside it: its copies are of no use to anybody else, nor are ways into them.
  for (const database of (await notesOf(client, name)).keys())
    await sql.runAll(client, sql.dropDatabase(database));
  const { rows } = await client.query<{ role: string }>(
    'SELECT rolname AS role FROM pg_roles WHERE starts_with(rolname, $1) AND rolname <> $1',
    [name],
  );
  for (const { role } of rows) if (slugOf(role) !== undefined) await client.query(sql.dropRole(role));
  await client.query(sql.dropRole(name));
  await sql.runAll(client, sql.PURGE_LOG);
};

const provisioned = (cluster: EmbeddedPostgres, name: string, password: string): Provisioned => ({
  resourceId: name,
  facts: { host: `${cluster.host}:${cluster.port}`, database: name, postgres: '17', region: 'local' },
  env: {
    DATABASE_URL: `postgresql://${name}:${password}@${cluster.host}:${cluster.port}/${name}`,
    NEON_HOST: cluster.host,
    NEON_DB_NAME: name,
    NEON_ROLE_NAME: name,
    NEON_ROLE_PASSWORD: password,
  },
});

const provision = async (cluster: EmbeddedPostgres, { name, signal }: Named): Promise<Provisioned> => {
  // base64url: no character of it means anything in a URL, a .env file or a shell.
  const password = randomBytes(24).toString('base64url');
  const result = provisioned(cluster, name, password);
  await cluster.admin.use(signal, (client) =>
    exclusively(client, name, async () => {
      await adoptOrCreate(client, name, password);
      // Under the lock: a second attempt would change the password between the two.
      await withClient(result.env.DATABASE_URL ?? '', { timeoutMs: PROOF_TIMEOUT_MS, signal }, (proof) =>
        proof.query('SELECT 1'),
      );
    }),
  );
  return result;
};

const list = async (cluster: EmbeddedPostgres, signal: AbortSignal): Promise<readonly ListedResource[]> => {
  const prefix = databaseName('');
  // Roles count too: what a kill between DROP DATABASE and DROP ROLE left behind is still ours to end.
  const text = `SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)
                UNION SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1) AND rolcanlogin AND NOT rolsuper
                ORDER BY name`;
  const { rows } = await cluster.admin.use(signal, (client) =>
    client.query<{ name: string }>(text, [prefix]),
  );
  // Copies as well: what a kill between two drops left behind is released with the name of its session.
  const slugs = new Set(rows.map(({ name }) => slugOf(name)).filter((slug) => slug !== undefined));
  return [...slugs].map((slug) => ({ resourceId: databaseName(slug), slug, name: resourceName(slug) }));
};

/**
 * The `neon` service on the embedded cluster: a role and a database `mk0r_<slug>` per session, reachable by that
 * role alone. Error codes: `invalid_slug`, and those of `toProviderError`.
 */
export const embeddedDatabaseProvider = (cluster: EmbeddedPostgres): DatabaseProvider => ({
  service: 'neon',
  provider: 'embedded',
  provision: (request) =>
    pipe(
      named(request),
      TE.flatMap((it) =>
        TE.tryCatch(() => provision(cluster, it), toProviderError('provision database', request.signal)),
      ),
    ),
  release: (request) =>
    pipe(
      named(request),
      TE.flatMap(({ name, signal }) =>
        TE.tryCatch(
          () => cluster.admin.use(signal, (client) => exclusively(client, name, () => drop(client, name))),
          toProviderError('release database', signal),
        ),
      ),
    ),
  checkpoints: embeddedCheckpoints(cluster),
  list: (signal) => TE.tryCatch(() => list(cluster, signal), toProviderError('list databases', signal)),
});
