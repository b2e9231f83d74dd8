import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { openSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import { openSqliteReadModels } from '../../adapters/read-models/sqlite.ts';
import { loadMasterKey } from '../../adapters/vault/master-key.ts';
import { openSqliteVault } from '../../adapters/vault/sqlite.ts';
import { createDeriver } from '../../commands/identifiers.ts';
import type { Config } from '../config.ts';
import type { Logger, Scrubber } from '../log.ts';
import type { Closers } from './closers.ts';
import { scrubbedVault } from './secrets.ts';
import { StartError } from './start-error.ts';

/** The log, the vault and the read models, in `<data dir>/log`. A damaged file is named, and left as it is. */
export const openStorage = (
  { dataDir, masterKey: configured }: Config,
  {
    logger,
    scrubber,
    closers,
  }: { readonly logger: Logger; readonly scrubber: Scrubber; readonly closers: Closers },
) => {
  const dir = join(dataDir, 'log');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const masterKey = configured ?? orStop(loadMasterKey({ env: undefined, dataDir }));
  const store = orStop(openSqliteEventStore({ file: join(dir, 'events.db'), logger }));
  closers.add(store.close);
  const vault = orStop(openSqliteVault({ file: join(dir, 'vault.db'), masterKey }));
  closers.add(vault.close);
  const readModels = openSqliteReadModels({ file: join(dir, 'views.db') });
  closers.add(readModels.close);
  return { store, vault: scrubbedVault(vault, scrubber), readModels, derive: createDeriver(masterKey) };
};

const orStop = <A>(result: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(result)) throw new StartError(result.left.message);
  return result.right;
};
