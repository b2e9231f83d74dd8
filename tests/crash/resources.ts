import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PoolClient } from 'pg';
import { connectAdmin } from '../../adapters/database/embedded/admin.ts';
import { findHome } from '../../adapters/database/embedded/home.ts';
import { superuserPassword } from '../../adapters/database/embedded/initdb.ts';
import { type ResendAccount, resendAccount } from '../../adapters/mail/resend-account.ts';
import { unthrottled } from '../../adapters/mail/throttle.ts';
import { loadMasterKey } from '../../adapters/vault/master-key.ts';
import { createDeriver } from '../../commands/identifiers.ts';
import { rightOf } from '../../domain/testing/outcome.ts';

/** Names of everything the embedded parts hold, asked of those parts themselves while their server runs. */
export type Resources = Readonly<
  Record<
    'databases' | 'copies' | 'roles' | 'audiences' | 'mailKeys' | 'repositories' | 'sandboxes',
    readonly string[]
  >
>;

/** A session's data as it was at a turn: a database beside its own. */
const isCopy = (database: string): boolean => /^mk0r_[a-z0-9]{12}_/.test(database);

export const resourcesOf = async (dataDir: string): Promise<Resources> => ({
  ...(await inPostgres(dataDir)),
  ...(await atTheMailService(dataDir)),
  repositories: readdirSync(join(dataDir, 'git')).filter((name) => name.endsWith('.git')),
  sandboxes: readdirSync(join(dataDir, 'sandboxes')),
});

/** Whose name holds that slug, with any of the products' separators. */
export const heldBy = (slug: string, names: readonly string[]): readonly string[] =>
  names.filter((name) => name.includes(slug));

/** As the cluster's superuser, over its own socket. */
export const usePostgres = async <A>(
  dataDir: string,
  work: (client: PoolClient) => Promise<A>,
): Promise<A> => {
  const home = await findHome(join(dataDir, 'postgres'));
  const pidFile = readFileSync(join(home.pgdata, 'postmaster.pid'), 'utf8').split('\n');
  // Lines 4 and 5 of postmaster.pid: port, and the directory of the unix socket.
  const [port, socketDir] = [Number(pidFile[3]), pidFile[4] ?? ''];
  const admin = connectAdmin({ socketDir, port, password: await superuserPassword(home) });
  try {
    return await admin.use(undefined, work);
  } finally {
    await admin.close();
  }
};

const inPostgres = (dataDir: string) =>
  usePostgres(dataDir, async (client) => {
    const databases = await client.query<{ name: string }>('SELECT datname AS name FROM pg_database');
    const roles = await client.query<{ name: string }>('SELECT rolname AS name FROM pg_roles');
    const names = databases.rows.map(({ name }) => name);
    return {
      databases: names.filter((name) => !isCopy(name)),
      copies: names.filter(isCopy),
      roles: roles.rows.map(({ name }) => name),
    };
  });

/** The mail service, with the server's own key. */
export const mailAccount = (dataDir: string): ResendAccount => {
  const masterKey = rightOf(loadMasterKey({ env: undefined, dataDir }));
  const port = readFileSync(join(dataDir, 'mail', 'port'), 'utf8').trim();
  return resendAccount(
    {
      key: `re_${createDeriver(masterKey)('mail-control-key')}`,
      baseUrl: `http://127.0.0.1:${port}`,
    },
    unthrottled,
  );
};

const atTheMailService = async (dataDir: string) => {
  const account = mailAccount(dataDir);
  const signal = AbortSignal.timeout(10_000);
  const [segments, keys] = await Promise.all([account.segments.fresh(signal), account.keys.fresh(signal)]);
  return { audiences: segments.map(({ name }) => name), mailKeys: keys.map(({ name }) => name) };
};
