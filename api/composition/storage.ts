import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import { openSqliteReadModels } from '../../adapters/read-models/sqlite.ts';
import { loadMasterKey } from '../../adapters/vault/master-key.ts';
import { openSqliteVault } from '../../adapters/vault/sqlite.ts';
import { createDeriver } from '../../commands/identifiers.ts';
import type { Config } from '../config.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Logger, Scrubber } from '../log.ts';
import { scrubbedVault } from './secrets.ts';
import { orStop } from './start-error.ts';

/** The log, the vault and the read models, in `<data dir>/log`. A damaged file is named, and left as it is. */
export const openStorage = (
  { dataDir, masterKey: configured }: Config,
  {
    logger,
    scrubber,
    shutdown,
  }: { readonly logger: Logger; readonly scrubber: Scrubber; readonly shutdown: Shutdown },
) => {
  const dir = join(dataDir, 'log');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const masterKey = configured ?? orStop(loadMasterKey({ env: undefined, dataDir }));
  const store = orStop(openSqliteEventStore({ file: join(dir, 'events.db'), logger }));
  shutdown.defer('log', store.close);
  const vault = orStop(openSqliteVault({ file: join(dir, 'vault.db'), masterKey }));
  shutdown.defer('vault', vault.close);
  const readModels = openSqliteReadModels({ file: join(dir, 'views.db') });
  shutdown.defer('read models', readModels.close);
  return { store, vault: scrubbedVault(vault, scrubber), readModels, derive: createDeriver(masterKey) };
};
