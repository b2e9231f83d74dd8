import { join, resolve } from 'node:path';
import { openFirestoreReadModels } from '../../../adapters/read-models/firestore/open.ts';
import { openSqliteReadModels } from '../../../adapters/read-models/sqlite.ts';
import type { Logger } from '../../../adapters/sqlite-file/logger.ts';
import type { EventStore } from '../../../commands/ports/event-store.ts';
import type { ReadModels } from '../../../projections/ports.ts';
import type { StorageConfig } from '../storage.ts';
import { type FirstEventOptions, firstEventId } from './first-event.ts';

const isInKurrent = ({ services }: StorageConfig): boolean => services?.kurrent !== undefined;

const EMBEDDED = 'views.db';
const KURRENT = 'views-kurrentdb.db';

/** Views of a log are of that log only: positions of another one mean nothing to it. */
export const viewsFile = (config: StorageConfig): string =>
  join(config.dataDir, 'log', isInKurrent(config) ? KURRENT : EMBEDDED);

/** What the only server of a data directory may have left there, whatever its log was. */
export const viewsFilesOfOne = (dataDir: string): readonly string[] =>
  [EMBEDDED, KURRENT].map((name) => join(dataDir, 'log', name));

/** Of a process that shares the directory with others, in the folder it has for itself. */
export const viewsFileIn = (ownDir: string): string => join(ownDir, 'views.db');

/** Where views are in Firestore, if they are; those of a log of another kind begin with another prefix there as well. */
export const viewsInFirestore = (config: StorageConfig) => {
  const { firestore } = config.services ?? {};
  if (firestore?.keeps.views !== true) return undefined;
  const prefix = isInKurrent(config) ? `${firestore.prefix}_kurrentdb` : firestore.prefix;
  return { ...firestore, prefix };
};

export const openReadModels = async (
  config: StorageConfig,
  store: Pick<EventStore, 'readAll'>,
  { file, logger, ...waiting }: FirstEventOptions & { readonly file?: string; readonly logger?: Logger } = {},
): Promise<ReadModels> => {
  const cloud = viewsInFirestore(config);
  if (cloud !== undefined)
    return openFirestoreReadModels({ ...cloud, log: () => firstEventId(store, waiting) });
  return openSqliteReadModels({
    file: file === undefined ? viewsFile(config) : resolve(config.dataDir, 'log', file),
    ...(logger === undefined ? {} : { logger }),
  });
};
