import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Either, isLeft } from 'fp-ts/lib/Either.js';
import { readSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import { loadMasterKey } from '../../adapters/vault/master-key.ts';
import { decryptField, encryptField } from '../../adapters/vault/personal-fields.ts';
import { readSqliteVault } from '../../adapters/vault/sqlite.ts';
import { createReader } from '../../commands/reader.ts';
import { createFeed } from '../composition/hub.ts';
import type { Config } from '../config.ts';

export const orThrow = <A>(result: Either<{ readonly message: string }, A>): A => {
  if (isLeft(result)) throw new Error(result.left.message);
  return result.right;
};

/** The log of a data directory, readable, also while a server runs on it; nothing is created or changed. */
export const openLog = ({ dataDir, masterKey: configured }: Pick<Config, 'dataDir' | 'masterKey'>) => {
  const store = orThrow(readSqliteEventStore(join(dataDir, 'log', 'events.db')));
  const masterKey = configured ?? keyOf(dataDir);
  const vault = orThrow(readSqliteVault(join(dataDir, 'log', 'vault.db'), masterKey));
  const reader = createReader({ store, vault, cipher: { encryptField, decryptField } });
  return {
    store,
    reader,
    feed: createFeed(store, reader),
    close: async (): Promise<void> => {
      vault.close();
      await store.close();
    },
  };
};

export type Log = ReturnType<typeof openLog>;

/** Looked for first: asking for a key that is not there makes one. */
const keyOf = (dataDir: string): Uint8Array => {
  if (existsSync(join(dataDir, 'master.key'))) return orThrow(loadMasterKey({ env: undefined, dataDir }));
  throw new Error(
    `There is no master.key in ${dataDir}. Set MK0R_MASTER_KEY to the key the server has, to read what people said.`,
  );
};

/** Runs `work` over the log, and closes it whatever comes of that. */
export const withLog = async <A>(
  config: Pick<Config, 'dataDir' | 'masterKey'>,
  work: (log: Log) => Promise<A>,
): Promise<A> => {
  const log = openLog(config);
  try {
    return await work(log);
  } finally {
    await log.close();
  }
};
