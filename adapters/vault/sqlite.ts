import * as Either from 'fp-ts/lib/Either.js';
import type { Vault } from '../../commands/ports/vault.ts';
import { type OpenError, openFailure } from '../sqlite-file/open-error.ts';
import { openSqliteFile } from '../sqlite-file/open-file.ts';
import { KEY_BYTES } from './aes-gcm.ts';
import { isMasterKeyOf } from './key-check.ts';
import { APPLICATION_ID, MIGRATIONS } from './sqlite-schema.ts';
import { vaultOver } from './sqlite-vault.ts';

export type VaultOpenError =
  | OpenError
  | { readonly tag: 'WrongMasterKey'; readonly file: string; readonly message: string };

const wrongMasterKey = (file: string): VaultOpenError => ({
  tag: 'WrongMasterKey',
  file,
  message:
    `The vault ${file} was made with another master key. Nothing was changed. Set MK0R_MASTER_KEY to the key it was ` +
    'made with, or restore the master.key file that belongs to it.',
});

/**
 * The embedded vault: one SQLite file, mode 0600, every change synced to disk. Deleted bytes are overwritten with
 * zeros (`secure_delete`), and a shred also empties the write-ahead log. Refuses another master key than its own.
 */
export const openSqliteVault = (options: {
  readonly file: string;
  readonly masterKey: Uint8Array;
}): Either.Either<VaultOpenError, Vault & { readonly close: () => void }> => {
  const { file, masterKey } = options;
  if (masterKey.length !== KEY_BYTES) return Either.left(wrongMasterKey(file));
  const opened = openSqliteFile({
    file,
    what: 'vault',
    applicationId: APPLICATION_ID,
    migrations: MIGRATIONS,
    busyTimeoutMs: 500,
  });
  if (Either.isLeft(opened)) return opened;
  const db = opened.right;
  try {
    db.exec('PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON');
    if (isMasterKeyOf(db, masterKey)) return Either.right(vaultOver(db, masterKey));
    db.close();
    return Either.left(wrongMasterKey(file));
  } catch (error) {
    db.close();
    return Either.left(openFailure(file, 'vault', error));
  }
};
