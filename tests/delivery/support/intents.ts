import type { EventStore } from '../../../commands/ports/event-store.ts';
import { createMemoryEventStore } from '../../../commands/testing/event-store.ts';
import { createTestWorld, startTestServer } from '../../../commands/testing/world.ts';
import { decidedIn } from './decided.ts';
import { deliveredBy } from './deliveries.ts';
import { appendChunk, type Chunk, SESSIONS } from './histories.ts';
import type { Delivery, Schedule } from './schedule.ts';

/** Nobody outside ever answers: time stands still. */
const NEVER_MS = 1_000_000_000;
/** An attempt that never ends keeps its place; which of two sessions has it is a matter of order. */
const AS_MANY_AS_THERE_ARE = 100;
/** Turns of the event loop in which nothing was appended, after which nothing will be. */
const QUIET_TURNS = 4;

const inNoTime = (delivery: Delivery): Delivery =>
  delivery.disturbance.kind === 'late' ? { ...delivery, disturbance: { kind: 'none' } } : delivery;

/** Lets a subscription hear of appends only while it is open: what others append together is delivered together. */
const gated = (store: EventStore) => {
  let opened = Promise.withResolvers<void>();
  const subscribeAll: EventStore['subscribeAll'] = async function* (options) {
    for await (const batch of store.subscribeAll(options)) {
      await opened.promise;
      yield batch;
    }
  };
  return {
    store: { ...store, subscribeAll },
    open: () => opened.resolve(),
    shut: () => {
      opened = Promise.withResolvers<void>();
    },
  };
};

/**
 * What a server decides on a history that others have written, a chunk at a time, and at rest in between: everything it
 * says before the first answer from outside, its intents above all.
 */
export const intentsOn = async (
  history: readonly Chunk[],
  { deliveries }: Schedule,
): Promise<readonly string[]> => {
  const memory = createMemoryEventStore();
  const base = createTestWorld({ store: memory, latencyMs: NEVER_MS, appendMs: 0 });
  for (const sessionId of SESSIONS) await base.vault.openSession(sessionId)();
  const gate = gated(memory);
  const subscribeAll = deliveredBy(deliveries.map(inNoTime), gate.store, base.time.sleep);
  const server = startTestServer(
    { ...base, store: { ...base.store, subscribeAll } },
    { poolBootConcurrency: AS_MANY_AS_THERE_ARE },
  );
  for (const chunk of history) {
    gate.shut();
    await appendChunk(memory, chunk);
    gate.open();
    for (let quiet = 0, seen = 0; quiet < QUIET_TURNS; quiet += 1) {
      await base.time.pass(0);
      if (memory.all().length !== seen) quiet = 0;
      seen = memory.all().length;
    }
  }
  server.crash();
  return decidedIn(memory.all());
};
