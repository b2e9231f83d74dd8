import { createMemoryEventStore } from '../../../commands/testing/event-store.ts';
import { createTestWorld, startTestServer } from '../../../commands/testing/world.ts';
import { SERVICES } from '../../../domain/services.ts';
import { KEEP_FOR_EVER } from '../../../domain/session/process-managers/idleness.ts';
import { decidedIn } from './decided.ts';
import { deliveredBy } from './deliveries.ts';
import type { Schedule } from './schedule.ts';
import type { Story } from './stories.ts';
import { timedBy } from './timers.ts';

/** Long enough for every attempt's deadline to strike, if it still could. */
const UNTIL_NOTHING_IS_DUE_MS = 120_000;

export type Run = {
  /** Every event, as a sentence. */
  readonly decided: readonly string[];
  /** How often anybody outside was asked to make something, and what it made. */
  readonly asked: readonly string[];
  /** What there is outside in the end. */
  readonly held: readonly string[];
};

/** Plays a story to its end, and on until nothing is due any more. */
export const run = async (story: Story, schedule: Schedule, seed: number): Promise<Run> => {
  const memory = createMemoryEventStore();
  const base = createTestWorld({ seed, store: memory, latencyMs: 120 });
  const world = {
    ...base,
    clock: timedBy(schedule.timings, base.time),
    store: { ...base.store, subscribeAll: deliveredBy(schedule.deliveries, memory, base.time.sleep) },
  };
  const { poolTarget = 0, sleepAfterMs = 0 } = story;
  const server = startTestServer(world, {
    poolTarget,
    poolBootConcurrency: 5,
    life: { ...KEEP_FOR_EVER, sleepAfterMs },
  });
  await story.play({ world, server });
  await world.time.pass(UNTIL_NOTHING_IS_DUE_MS);
  server.crash();
  return {
    decided: decidedIn(memory.all()),
    asked: [
      `${world.sandboxes.boots()} sandboxes booted`,
      ...SERVICES.map((service) => {
        const { calls, made } = world.providers[service];
        return `${service} asked ${calls()} times, ${made()} made`;
      }),
    ],
    held: [
      `${world.sandboxes.names().length} sandboxes`,
      ...SERVICES.map((service) => `${world.providers[service].live.size} at ${service}`),
    ],
  };
};
