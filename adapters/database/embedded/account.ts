import { execFile } from 'node:child_process';
import { chown, readFile, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The unprivileged user Postgres runs as; it refuses to run as root. */
export type Account = { readonly name: string; readonly uid: number; readonly gid: number };

const NOBODY: Account = { name: 'nobody', uid: 65534, gid: 65534 };

const fromPasswd = async (matches: (account: Account) => boolean): Promise<Account | undefined> => {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return passwd
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .find(matches);
};

export const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * The account the cluster in `pgdata` runs as: where we are root, the one that owns the cluster already, else
 * `postgres`, else `nobody`. `undefined` where we are not root: then it is our own. The uid must have a name,
 * Postgres looks it up.
 */
export const accountFor = async (pgdata: string): Promise<Account | undefined> => {
  if (!isRoot()) return undefined;
  const owner = await stat(pgdata).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) {
    const named = await fromPasswd(({ uid }) => uid === owner.uid);
    return named ?? { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  }
  const postgres = await fromPasswd(({ name }) => name === 'postgres');
  return postgres ?? (await fromPasswd(({ name }) => name === 'nobody')) ?? NOBODY;
};

/** Spawn options that make a child run as `account`, with nothing of our environment. */
export const asAccount = (
  account: Account | undefined,
): {
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
} => ({
  ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
  cwd: '/',
  env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
});

/** Can that account enter the directory? Asked by doing it, so that ACLs and mount options count as well. */
export const canEnter = async (account: Account | undefined, directory: string): Promise<boolean> => {
  try {
    await promisify(execFile)('/bin/sh', ['-c', 'cd -- "$0"', directory], {
      ...asAccount(account),
      timeout: 5_000,
    });
    return true;
  } catch {
    return false;
  }
};

export const giveTo = async (account: Account | undefined, path: string): Promise<void> => {
  if (account !== undefined) await chown(path, account.uid, account.gid);
};

/** Writes a file only `account` (and root) can read. */
export const writePrivate = async (
  account: Account | undefined,
  path: string,
  content: string,
): Promise<void> => {
  await writeFile(path, content, { mode: 0o600 });
  await giveTo(account, path);
};
