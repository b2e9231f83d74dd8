import { createHash, randomBytes } from 'node:crypto';
import type { SQLOutputValue } from 'node:sqlite';
import { openStore } from '../../sqlite.ts';

/** `mk0i`, in the file's header. */
const APPLICATION_ID = 0x6d6b3069;

const VERSION_1 = `
  CREATE TABLE accounts (
    uid TEXT PRIMARY KEY,
    refresh_sha256 TEXT NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    refreshed_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** Instants in milliseconds since 1970, as Firebase gives them. */
export type Account = { readonly uid: string; readonly createdMs: number; readonly refreshedMs: number };

export type Accounts = {
  /** A new anonymous account. The refresh token leaves here; only its SHA-256 is kept. */
  readonly create: () => { readonly account: Account; readonly refreshToken: string };
  readonly byUid: (uid: string) => Account | undefined;
  readonly refresh: (refreshToken: string) => Account | undefined;
  readonly remove: (uid: string) => void;
  readonly close: () => void;
};

const account = (row: Record<string, SQLOutputValue> | undefined): Account | undefined =>
  row && {
    uid: String(row.uid),
    createdMs: Number(row.created_ms),
    refreshedMs: Number(row.refreshed_ms),
  };

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

export const openAccounts = (file: string): Accounts => {
  const database = openStore({
    file,
    what: 'identity store',
    applicationId: APPLICATION_ID,
    migrations: [VERSION_1],
  });
  const insert = database.prepare(`INSERT INTO accounts VALUES (?, ?, ?, ?)`);
  const find = database.prepare(`SELECT * FROM accounts WHERE uid = ?`);
  const refresh = database.prepare(
    `UPDATE accounts SET refreshed_ms = ? WHERE refresh_sha256 = ? RETURNING *`,
  );
  const remove = database.prepare(`DELETE FROM accounts WHERE uid = ?`);
  return {
    create: () => {
      // 28 characters, as long as Firebase's own.
      const uid = randomBytes(21).toString('base64url');
      const refreshToken = randomBytes(48).toString('base64url');
      const now = Date.now();
      insert.run(uid, digest(refreshToken), now, now);
      return { account: { uid, createdMs: now, refreshedMs: now }, refreshToken };
    },
    byUid: (uid) => account(find.get(uid)),
    refresh: (refreshToken) => account(refresh.get(Date.now(), digest(refreshToken))),
    remove: (uid) => {
      remove.run(uid);
    },
    close: () => {
      if (database.isOpen) database.close();
    },
  };
};
