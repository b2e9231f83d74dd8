import type { DatabaseSync } from 'node:sqlite';
import { pragma } from './pragma.ts';

/** Brings the schema to `migrations.length`, kept in `user_version`, in one transaction. */
export const migrate = (db: DatabaseSync, migrations: readonly string[]): void => {
  db.exec('BEGIN IMMEDIATE');
  try {
    // Read inside the transaction: another process may have migrated while this one waited for the lock.
    for (const sql of migrations.slice(pragma(db, 'user_version'))) db.exec(sql);
    db.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
};
