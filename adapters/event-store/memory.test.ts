import { createMemoryEventStore } from '../../commands/testing/event-store.ts';
import { eventStoreContract } from './event-store.contract.ts';

eventStoreContract('the test double in memory', async () => {
  const store = createMemoryEventStore();
  return { store, dispose: () => store.close() };
});
