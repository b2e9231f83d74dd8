import type { DatabaseSync } from 'node:sqlite';
import { seal, unseal } from './aes-gcm.ts';

const CONTEXT = 'mk0r vault key check';
const KNOWN = Buffer.from('this vault opens with this key');

/** Whether `masterKey` is the vault's. The first key a vault meets becomes its key. */
export const isMasterKeyOf = (db: DatabaseSync, masterKey: Uint8Array): boolean => {
  const select = db.prepare('SELECT sealed FROM key_check');
  if (select.get() === undefined) {
    db.prepare('INSERT OR IGNORE INTO key_check (id, sealed) VALUES (1, ?)').run(
      seal(masterKey, CONTEXT, KNOWN),
    );
  }
  const sealed = select.get()?.sealed;
  return sealed instanceof Uint8Array && unseal(masterKey, CONTEXT, sealed) !== undefined;
};
