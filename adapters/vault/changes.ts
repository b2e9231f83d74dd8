import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../sqlite.ts';
import { acknowledgements } from '../sqlite-file/acknowledged.ts';
import { isFailedSync } from '../sqlite-file/error-codes.ts';

/** Changes of the vault: each in one transaction, synced, counted, and noted as acknowledged before anybody is told. */
export const countedChanges = (db: DatabaseSync) => {
  const count = db.prepare('UPDATE changes SET number = number + 1 RETURNING number');
  const acknowledged = acknowledgements(db.location() ?? '');
  let syncHasFailed = false;

  return {
    /** Throws, and has changed nothing, where `work` throws or the disk is full. */
    make: (work: () => void): void => {
      // After a failed sync the kernel may have dropped the pages: a later one that succeeds would prove nothing.
      if (syncHasFailed) throw new Error('the disk failed to sync; restart once it is healthy');
      try {
        const number = inTransaction(db, () => {
          work();
          return Number(count.get()?.number);
        });
        acknowledged.note(number);
      } catch (error) {
        if (isFailedSync(error)) syncHasFailed = true;
        throw error;
      }
    },
    close: acknowledged.close,
  };
};
