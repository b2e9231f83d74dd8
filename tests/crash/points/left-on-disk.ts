import { join } from 'node:path';
import { readSqliteEventStore } from '../../../adapters/event-store/sqlite.ts';
import { loadMasterKey } from '../../../adapters/vault/master-key.ts';
import { decryptField, encryptField } from '../../../adapters/vault/personal-fields.ts';
import { readSqliteVault } from '../../../adapters/vault/sqlite.ts';
import { createFeed } from '../../../api/composition/hub.ts';
import type { StoredEvent } from '../../../commands/ports/event-store.ts';
import { createReader } from '../../../commands/reader.ts';
import { right, rightOf } from '../../../domain/testing/outcome.ts';
import type { FeedEvent } from '../../../projections/ports.ts';

/** The log of a data directory whose server has ended: as it is stored, and as views get to read it. */
export type LeftOnDisk = { readonly log: readonly StoredEvent[]; readonly feed: readonly FeedEvent[] };

export const readLeft = async (dataDir: string): Promise<LeftOnDisk> => {
  const file = (name: string): string => join(dataDir, 'log', name);
  const store = rightOf(readSqliteEventStore(file('events.db')));
  const masterKey = rightOf(loadMasterKey({ env: undefined, dataDir }));
  const vault = rightOf(readSqliteVault(file('vault.db'), masterKey));
  try {
    const reader = createReader({ store, vault, cipher: { encryptField, decryptField } });
    return {
      log: await right(store.readAll({ limit: 100_000 })),
      feed: await readFeed(createFeed(store, reader)),
    };
  } finally {
    vault.close();
    await store.close();
  }
};

const readFeed = async ({ subscribe }: ReturnType<typeof createFeed>): Promise<readonly FeedEvent[]> => {
  const stop = new AbortController();
  const read: FeedEvent[] = [];
  for await (const { events, caughtUp } of subscribe({ signal: stop.signal })) {
    read.push(...events);
    if (caughtUp) break;
  }
  stop.abort();
  return read;
};
