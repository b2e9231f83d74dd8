import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { pragma } from './pragma.ts';

export type Progress = {
  /** All that is left to do then is to empty the write-ahead log. */
  readonly isWrittenAnew: boolean;
};

/**
 * Writes a file anew, without anything that is no longer in it, and empties its write-ahead log. False where that is still
 * to be done: somebody reads the file. Throws, and has changed nothing, where less disk is free than it may take.
 */
export const writeAnew = (database: DatabaseSync, { isWrittenAnew }: Progress): boolean => {
  if (!isWrittenAnew) {
    requireRoom(database);
    vacuum(database);
  }
  return emptyLog(database);
};

/** A `VACUUM` that fails leaves as much in the write-ahead log as it has written, which may be all the disk there was. */
const vacuum = (database: DatabaseSync): void => {
  try {
    database.exec('VACUUM');
  } catch (error) {
    try {
      emptyLog(database);
    } catch {
      // What went wrong first says more.
    }
    throw error;
  }
};

const emptyLog = (database: DatabaseSync): boolean => pragma(database, 'wal_checkpoint(TRUNCATE)') === 0;

/** Once for the copy it makes, and once for the write-ahead log that brings the copy back. */
const COPIES = 2;

const requireRoom = (database: DatabaseSync): void => {
  const file = String(database.location());
  const needed = COPIES * pragma(database, 'page_count') * pragma(database, 'page_size');
  const { blocks, bavail, bsize } = statfsSync(dirname(file));
  const free = bavail * bsize;
  // A file system that says nothing of itself says that it has no blocks.
  if (blocks > 0 && free < needed)
    throw new Error(
      `writing ${file} anew takes up to ${inMegabytes(needed)} of free disk, and ${inMegabytes(free)} are free`,
    );
};

const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
