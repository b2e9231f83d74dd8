import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js';
import type { Config } from '../config.ts';
import { type DataDirError, lockDataDir, shareDataDir } from './data-dir-lock.ts';

export type Place = {
  /** Where this process keeps what is its own: views, copies of repositories, ports. */
  readonly ownDir: string;
  readonly release: () => void;
};

const PLACES = 'processes';
const NAME = /^(api|worker)-\d+$/;

/** Far more processes than one machine carries. */
const MOST_PLACES = 64;

/**
 * The only server has the data directory for itself. `api` and `worker` processes on one machine share it, for the
 * vault, and have a folder of their own in it each: the first that no living process has, so that one that comes back
 * finds the views it has built.
 */
export const takePlace = ({
  dataDir,
  role,
}: Pick<Config, 'dataDir' | 'role'>): Either<DataDirError, Place> => {
  if (role === 'all') {
    const alone = lockDataDir(dataDir);
    return isLeft(alone) ? alone : right({ ownDir: dataDir, release: alone.right.release });
  }
  const shared = shareDataDir(dataDir);
  if (isLeft(shared)) return shared;
  for (let number = 1; number <= MOST_PLACES; number += 1) {
    const ownDir = join(dataDir, PLACES, `${role}-${number}`);
    const own = lockDataDir(ownDir);
    if (isLeft(own) && own.left.tag === 'DataDirInUse') continue;
    if (isLeft(own)) {
      shared.right.release();
      return own;
    }
    const release = (): void => {
      own.right.release();
      shared.right.release();
    };
    return right({ ownDir, release });
  }
  shared.right.release();
  return left({
    tag: 'DataDirInUse',
    message: `${MOST_PLACES} ${role} processes share the data directory ${dataDir} already. Give this one another.`,
  });
};

/** Runs `work` in the folder of every place that no living process has; none can be taken meanwhile. */
export const inEmptyPlaces = (dataDir: string, work: (ownDir: string) => void): void => {
  for (const name of namesIn(join(dataDir, PLACES)).filter((each) => NAME.test(each))) {
    const ownDir = join(dataDir, PLACES, name);
    const lock = lockDataDir(ownDir);
    if (isLeft(lock)) continue;
    try {
      work(ownDir);
    } finally {
      lock.right.release();
    }
  }
};

const namesIn = (dir: string): readonly string[] => {
  try {
    return readdirSync(dir);
  } catch {
    return []; // There never was more than one process.
  }
};
