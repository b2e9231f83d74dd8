import { randomBytes } from 'node:crypto';
import type { Account, Accounts } from '../../../adapters/identity/local/accounts.ts';

/** Anonymous accounts, for as long as the stand-in lives. */
export const memoryAccounts = (): Accounts => {
  const byUid = new Map<string, Account>();
  const uidOf = new Map<string, string>();
  const at = (uid: string | undefined) => (uid === undefined ? undefined : byUid.get(uid));
  return {
    create: () => {
      const account = {
        uid: randomBytes(21).toString('base64url'),
        createdMs: Date.now(),
        refreshedMs: Date.now(),
      };
      const refreshToken = randomBytes(48).toString('base64url');
      byUid.set(account.uid, account);
      uidOf.set(refreshToken, account.uid);
      return { account, refreshToken };
    },
    byUid: at,
    refresh: (refreshToken) => at(uidOf.get(refreshToken)),
    remove: (uid) => void byUid.delete(uid),
    close: () => undefined,
  };
};
