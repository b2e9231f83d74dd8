import type { DatabaseSync } from 'node:sqlite';
import { pragma } from './pragma.ts';

/** One step of a schema: a script, or what a script cannot say. Runs in a transaction; never edited once released. */
export type Migration = string | ((db: DatabaseSync) => void);

/** Brings the schema to `migrations.length`, kept in `user_version`, in one transaction. */
export const migrate = (db: DatabaseSync, migrations: readonly Migration[]): void => {
  db.exec('BEGIN IMMEDIATE');
  try {
    // Read inside the transaction: another process may have migrated while this one waited for the lock.
    for (const step of migrations.slice(pragma(db, 'user_version'))) {
      if (typeof step === 'string') db.exec(step);
      else step(db);
    }
    db.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
};
