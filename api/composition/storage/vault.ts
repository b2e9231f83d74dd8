import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openFirestoreVault } from '../../../adapters/vault/firestore/open.ts';
import { openSqliteVault } from '../../../adapters/vault/sqlite.ts';
import type { EventStore } from '../../../commands/ports/event-store.ts';
import type { Vault } from '../../../commands/ports/vault.ts';
import { orStop, StartError } from '../start-error.ts';
import type { StorageConfig } from '../storage.ts';
import { type FirstEventOptions, firstEventId } from './first-event.ts';

export const vaultFile = (dataDir: string): string => join(dataDir, 'log', 'vault.db');

const otherVault = (here: string, other: string): string =>
  `The log holds sessions, and ${here} holds no vault yet: with a new one nothing of theirs could be read, and no app ` +
  `would have its keys. ${other} Nothing was changed.`;

const NOT_IN_FIRESTORE = otherVault(
  'Firestore',
  'Their vault is in the data directory they were made with: set FIRESTORE_KEEPS to views or nothing, or see that FIREBASE_PROJECT_ID, FIRESTORE_DATABASE and FIRESTORE_PREFIX are as they were.',
);

const notInFile = (file: string): string =>
  otherVault(
    file,
    'Their vault is in Firestore (FIREBASE_PROJECT_ID and FIRESTORE_KEEPS say so), or in the data directory they were made with: bring it back.',
  );

/**
 * The vault of this log. One is begun only with the log: to a log that holds sessions, a vault that holds nothing is
 * always the wrong one, and would make every word in it read as if it had been erased.
 */
export const openVault = async (
  { dataDir, services }: StorageConfig,
  masterKey: Uint8Array,
  store: Pick<EventStore, 'readAll'>,
  waiting: FirstEventOptions = {},
): Promise<Vault & { readonly close: () => unknown }> => {
  const holdsSessions = async (): Promise<boolean> => (await firstEventId(store, waiting)) !== undefined;
  const { firestore } = services ?? {};
  if (firestore?.keeps.vault === true) {
    const mayBegin = (): Promise<string | undefined> =>
      holdsSessions().then(
        (holds) => (holds ? NOT_IN_FIRESTORE : undefined),
        (error: Error) => error.message,
      );
    return orStop(await openFirestoreVault({ ...firestore, masterKey, mayBegin }));
  }
  const file = vaultFile(dataDir);
  if (!existsSync(file) && (await holdsSessions())) throw new StartError(notInFile(file));
  return orStop(openSqliteVault({ file, masterKey }));
};
