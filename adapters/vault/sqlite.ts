import type { DatabaseSync } from 'node:sqlite';
import * as Either from 'fp-ts/lib/Either.js';
import type { Vault } from '../../commands/ports/vault.ts';
import { type OpenError, openFailure } from '../sqlite-file/open-error.ts';
import { openSqliteFile, openSqliteFileForReading, type SqliteFile } from '../sqlite-file/open-file.ts';
import { KEY_BYTES } from './aes-gcm.ts';
import { hasAnotherMasterKey, isMasterKeyOf } from './key-check.ts';
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
    'made with, or restore the master.key file that belongs to it. If the key is right, the file is damaged: restore ' +
    'it from a backup.',
});

const vaultFile = (file: string): SqliteFile => ({
  file,
  what: 'vault',
  applicationId: APPLICATION_ID,
  migrations: MIGRATIONS,
  busyTimeoutMs: 500,
  progress: { of: 'change', query: 'SELECT number FROM changes' },
});

type OpenedVault = Either.Either<VaultOpenError, Vault & { readonly close: () => void }>;

const unlocked = (db: DatabaseSync, file: string, masterKey: Uint8Array): OpenedVault => {
  try {
    if (isMasterKeyOf(db, masterKey)) return Either.right(vaultOver(db, masterKey));
    db.close();
    return Either.left(wrongMasterKey(file));
  } catch (error) {
    db.close();
    return Either.left(openFailure(file, 'vault', error));
  }
};

/** Asked by a reader: a writer that closes again folds the write-ahead log into a file that is not its own. */
const belongsToAnother = (file: string, masterKey: Uint8Array): boolean => {
  const opened = openSqliteFileForReading(vaultFile(file));
  // Whatever else is wrong with it, whoever opens it to write will say.
  if (Either.isLeft(opened)) return false;
  try {
    return hasAnotherMasterKey(opened.right, masterKey);
  } finally {
    opened.right.close();
  }
};

/**
 * The embedded vault: one SQLite file, mode 0600, every change synced to disk. Deleted bytes are overwritten with
 * zeros (`secure_delete`), and a shred also empties the write-ahead log. Refuses another master key than its own.
 */
export const openSqliteVault = ({
  file,
  masterKey,
}: {
  readonly file: string;
  readonly masterKey: Uint8Array;
}): OpenedVault => {
  if (masterKey.length !== KEY_BYTES) return Either.left(wrongMasterKey(file));
  if (belongsToAnother(file, masterKey)) return Either.left(wrongMasterKey(file));
  const opened = openSqliteFile(vaultFile(file));
  if (Either.isLeft(opened)) return opened;
  opened.right.exec('PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON');
  return unlocked(opened.right, file, masterKey);
};

/** The vault for whoever only reads the log, also while a server runs: nothing can be put, removed or shredded. */
export const readSqliteVault = (file: string, masterKey: Uint8Array): OpenedVault => {
  if (masterKey.length !== KEY_BYTES) return Either.left(wrongMasterKey(file));
  const opened = openSqliteFileForReading(vaultFile(file));
  return Either.isLeft(opened) ? opened : unlocked(opened.right, file, masterKey);
};
