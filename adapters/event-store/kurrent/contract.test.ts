import { afterAll, beforeAll } from 'vitest';
import { rightOf } from '../../../domain/testing/outcome.ts';
import { type KurrentStandIn, startKurrentStandIn } from '../../../tests/stand-ins/kurrent/server.ts';
import { eventStoreContract } from '../event-store.contract.ts';
import { parseKurrentUrl } from './address.ts';
import { createKurrentEventStore } from './store.ts';

/** More than a visitor would wait for: a machine that is busy with other tests is not a server that is away. */
const PATIENCE_MS = 20_000;

const open = (url: string) => {
  const address = rightOf(parseKurrentUrl(url));
  const store = createKurrentEventStore({ address, patienceMs: PATIENCE_MS });
  return { store, dispose: () => store.close() };
};

for (const nodes of [1, 3]) {
  let standIn: KurrentStandIn;
  beforeAll(async () => {
    standIn = await startKurrentStandIn({ nodes });
  });
  afterAll(() => standIn.close());
  eventStoreContract(`KurrentDB with ${nodes} node(s), played by a stand-in,`, async () => open(standIn.url));
}

const live = process.env.EVENTSTORE_URL;
if (live !== undefined && process.env.MK0R_CONTRACT_LIVE === '1')
  eventStoreContract('the KurrentDB at EVENTSTORE_URL', async () => open(live));
