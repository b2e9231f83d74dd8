import type { DatabaseSync } from 'node:sqlite';

/** A numeric pragma's value. `name` is ours, never input. */
export const pragma = (db: DatabaseSync, name: string): number => {
  const value = Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  return typeof value === 'number' ? value : 0;
};
