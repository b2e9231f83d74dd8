import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isLeft } from 'fp-ts/lib/Either.js';
import { lockDataDir } from '../lifecycle/data-dir-lock.ts';
import { orThrow } from './open-log.ts';

/** Runs `work` where no server can start on the directory meanwhile; `undefined` where one runs. */
export const withoutServer = async <A>(dataDir: string, work: () => Promise<A>): Promise<A | undefined> => {
  // A directory that is not there is not made for a question.
  if (!existsSync(join(dataDir, 'log')))
    throw new Error(`No server has run on ${dataDir} yet. Set MK0R_DATA_DIR.`);
  const lock = lockDataDir(dataDir);
  if (isLeft(lock) && lock.left.tag === 'DataDirInUse') return undefined;
  const { release } = orThrow(lock);
  try {
    return await work();
  } finally {
    release();
  }
};
