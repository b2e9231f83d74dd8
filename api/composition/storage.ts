import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createKurrentEventStore } from '../../adapters/event-store/kurrent/store.ts';
import { openSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import { createSnapshotFile } from '../../adapters/snapshots/file.ts';
import { loadMasterKey } from '../../adapters/vault/master-key.ts';
import { createDeriver } from '../../commands/identifiers.ts';
import type { Config } from '../config.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Logger, Scrubber } from '../log.ts';
import { scrubbedVault } from './secrets.ts';
import { orStop } from './start-error.ts';
import { openReadModels } from './storage/read-models.ts';
import { openVault } from './storage/vault.ts';

/** What of the configuration says where things are kept. */
export type StorageConfig = Pick<Config, 'dataDir' | 'masterKey'> & {
  readonly services?: Pick<Config['services'], 'kurrent' | 'firestore'>;
};

/** By whom each is kept, in words for an operator. */
export const storedBy = ({ kurrent, firestore }: Config['services']) => ({
  log: kurrent === undefined ? 'embedded' : 'kurrentdb',
  vault: firestore?.keeps.vault === true ? 'firestore' : 'embedded',
  views: firestore?.keeps.views === true ? 'firestore' : 'embedded',
});

/**
 * The log, the vault and the read models, in `<data dir>/log`; the log in KurrentDB, vault and read models in Firestore
 * where that is set, each on its own. A damaged file is named, and left as it is.
 */
export const openStorage = async (
  config: StorageConfig,
  {
    logger,
    scrubber,
    shutdown,
    views,
  }: {
    readonly logger: Logger;
    readonly scrubber: Scrubber;
    readonly shutdown: Shutdown;
    /** Several processes may share a log; a file of views is of one process. In the log's folder, or absolute. */
    readonly views?: string;
  },
) => {
  const { dataDir, masterKey: configured, services } = config;
  const dir = join(dataDir, 'log');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const masterKey = configured ?? orStop(loadMasterKey({ env: undefined, dataDir }));
  const store =
    services?.kurrent === undefined
      ? orStop(openSqliteEventStore({ file: join(dir, 'events.db'), logger }))
      : createKurrentEventStore({ address: services.kurrent, logger });
  shutdown.defer('log', store.close);
  const say = (line: string): void => logger.warn(line);
  const vault = await openVault(config, masterKey, store, { say });
  shutdown.defer('vault', vault.close);
  const readModels = await openReadModels(config, store, {
    say,
    logger,
    ...(views === undefined ? {} : { file: views }),
  });
  shutdown.defer('read models', readModels.close);
  const ownDir = views === undefined ? dir : dirname(resolve(dir, views));
  return {
    store,
    /** What the log was folded into, for the next start of this process. */
    snapshots: createSnapshotFile(join(ownDir, 'directory.snapshot'), { logger }),
    /** Whether the log is another process, which can be away while this one is up. */
    isLogRemote: services?.kurrent !== undefined,
    vault: scrubbedVault(vault, scrubber),
    readModels,
    derive: createDeriver(masterKey),
  };
};

export type Storage = Awaited<ReturnType<typeof openStorage>>;
