import type { DatabaseSync } from 'node:sqlite';
import { fitsKeyCheck, newKeyCheck } from './envelope.ts';

/** Whether the vault already has a master key, and it is another. Writes nothing. */
export const hasAnotherMasterKey = (db: DatabaseSync, masterKey: Uint8Array): boolean => {
  const row = db.prepare('SELECT sealed FROM key_check').get();
  return row !== undefined && !fitsKeyCheck(masterKey, row.sealed);
};

/** Whether `masterKey` is the vault's. The first key a vault meets becomes its key. */
export const isMasterKeyOf = (db: DatabaseSync, masterKey: Uint8Array): boolean => {
  const select = db.prepare('SELECT sealed FROM key_check');
  if (select.get() === undefined) {
    db.prepare('INSERT OR IGNORE INTO key_check (id, sealed) VALUES (1, ?)').run(newKeyCheck(masterKey));
  }
  return fitsKeyCheck(masterKey, select.get()?.sealed);
};
