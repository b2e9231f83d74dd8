import { existsSync, readFileSync } from 'node:fs';
import { afterEach } from 'vitest';
import type { EventStore } from '../../commands/ports/event-store.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { openSqliteEventStore } from './sqlite.ts';

/** Opens stores that are closed after the test. */
export const stores = (): ((file: string) => EventStore) => {
  const open: EventStore[] = [];
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close();
  });
  return (file) => {
    const store = rightOf(openSqliteEventStore({ file }));
    open.push(store);
    return store;
  };
};

/**
 * Commits in a write-ahead log: its frames that carry a database size.
 * 32-byte header, then frames of 24 bytes and a page: https://sqlite.org/fileformat.html#the_write_ahead_log
 */
export const commitsIn = (file: string): number => {
  const log = existsSync(`${file}-wal`) ? readFileSync(`${file}-wal`) : Buffer.alloc(0);
  if (log.length === 0) return 0;
  const frame = 24 + log.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frame <= log.length; at += frame) commits += log.readUInt32BE(at + 4) > 0 ? 1 : 0;
  return commits;
};
