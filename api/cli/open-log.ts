import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Either, isLeft } from 'fp-ts/lib/Either.js';
import { createKurrentEventStore } from '../../adapters/event-store/kurrent/store.ts';
import { readSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import { openFirestoreVault } from '../../adapters/vault/firestore/open.ts';
import { loadMasterKey } from '../../adapters/vault/master-key.ts';
import { decryptField, encryptField } from '../../adapters/vault/personal-fields.ts';
import { readSqliteVault } from '../../adapters/vault/sqlite.ts';
import type { EventStore } from '../../commands/ports/event-store.ts';
import { createReader } from '../../commands/reader.ts';
import { createFeed } from '../composition/hub.ts';
import { vaultFile } from '../composition/storage/vault.ts';
import type { StorageConfig } from '../composition/storage.ts';

export const orThrow = <A>(result: Either<{ readonly message: string }, A>): A => {
  if (isLeft(result)) throw new Error(result.left.message);
  return result.right;
};

/** The log as a server with this configuration keeps it, for reading; a file that is not there is an error. */
export const readableStore = ({ dataDir, services }: StorageConfig): EventStore =>
  services?.kurrent === undefined
    ? orThrow(readSqliteEventStore(join(dataDir, 'log', 'events.db')))
    : createKurrentEventStore({ address: services.kurrent });

/** The vault of that log, for whoever reads it; one that is not there is not made. */
const readableVault = async ({ dataDir, masterKey: configured, services }: StorageConfig) => {
  const masterKey = configured ?? keyOf(dataDir);
  const { firestore } = services ?? {};
  if (firestore?.keeps.vault !== true) return orThrow(readSqliteVault(vaultFile(dataDir), masterKey));
  const mayBegin = async () => 'There is no vault in Firestore.';
  return orThrow(await openFirestoreVault({ ...firestore, masterKey, mayBegin }));
};

/** The log of a data directory, readable, also while a server runs on it; nothing is created or changed. */
export const openLog = async (config: StorageConfig) => {
  const store = readableStore(config);
  const vault = await readableVault(config).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const reader = createReader({ store, vault, cipher: { encryptField, decryptField } });
  return {
    store,
    reader,
    feed: createFeed(store, reader),
    /** The same up to its present end, and then it ends; where it cannot be read it says so instead of waiting. */
    past: createFeed({ ...store, subscribeAll: (options) => readOnce(store, options) }, reader),
    close: async (): Promise<void> => {
      await vault.close();
      await store.close();
    },
  };
};

export type Log = Awaited<ReturnType<typeof openLog>>;

async function* readOnce(
  store: Pick<EventStore, 'readAll'>,
  { after, batchSize = 1_000, without }: Parameters<EventStore['subscribeAll']>[0],
): ReturnType<EventStore['subscribeAll']> {
  for (let at = after; ; ) {
    const range = { limit: batchSize, ...(at === undefined ? {} : { after: at }) };
    const events = orThrow(
      await store.readAll({ ...range, ...(without === undefined ? {} : { without }) })(),
    );
    yield { events, caughtUp: events.length < batchSize };
    if (events.length < batchSize) return;
    at = events.at(-1)?.position;
  }
}

/** Looked for first: asking for a key that is not there makes one. */
const keyOf = (dataDir: string): Uint8Array => {
  if (existsSync(join(dataDir, 'master.key'))) return orThrow(loadMasterKey({ env: undefined, dataDir }));
  throw new Error(
    `There is no master.key in ${dataDir}. Set MK0R_MASTER_KEY to the key the server has, to read what people said.`,
  );
};

/** Runs `work` over the log, and closes it whatever comes of that. */
export const withLog = async <A>(config: StorageConfig, work: (log: Log) => Promise<A>): Promise<A> => {
  const log = await openLog(config);
  try {
    return await work(log);
  } finally {
    await log.close();
  }
};
