import type { DatabaseSync } from 'node:sqlite';
import { pragma } from './pragma.ts';

export type Progress = {
  /** All that is left to do then is to empty the write-ahead log. */
  readonly isWrittenAnew: boolean;
};

/**
 * Writes a file anew, without anything that is no longer in it, and empties its write-ahead log. False where that is still
 * to be done: somebody reads the file.
 */
export const writeAnew = (database: DatabaseSync, { isWrittenAnew }: Progress): boolean => {
  if (!isWrittenAnew) database.exec('VACUUM');
  return pragma(database, 'wal_checkpoint(TRUNCATE)') === 0;
};
