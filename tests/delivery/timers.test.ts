import { describe, expect, test } from 'vitest';
import type { Clock } from '../../commands/ports/clock.ts';
import type { StoredEvent } from '../../commands/ports/event-store.ts';
import { createMemoryEventStore } from '../../commands/testing/event-store.ts';
import { isAtRest, isReady } from '../../commands/testing/visits.ts';
import {
  createTestWorld,
  liveResources,
  ONE_OF_EACH,
  startTestServer,
  type TestWorld,
} from '../../commands/testing/world.ts';
import { SERVICES } from '../../domain/services.ts';
import type { SessionState } from '../../domain/session/state.ts';
import { rightOf } from '../../domain/testing/outcome.ts';

/** What becomes of one timer: it goes off `at once`, before what it waits for, or `although called off`. */
type Fate = 'as it should' | 'at once' | 'although called off';

const withOneTimer = (chosen: number, fate: Fate, clock: Clock) => {
  let set = 0;
  const unruly: Clock = {
    ...clock,
    after: (ms, callback) => {
      set += 1;
      if (set !== chosen || fate === 'as it should') return clock.after(ms, callback);
      const cancel = clock.after(fate === 'at once' ? 0 : ms, callback);
      return fate === 'at once' ? cancel : () => undefined;
    },
  };
  return { clock: unruly, set: (): number => set };
};

/** A boot and a turn, on until the longest of all deadlines has passed; a provider is down once. */
const bootAndTurn = async (chosen: number, fate: Fate) => {
  const memory = createMemoryEventStore();
  const base = createTestWorld({ store: memory });
  const timers = withOneTimer(chosen, fate, base.time);
  const world: TestWorld = { ...base, clock: timers.clock };
  world.providers.neon.next({ code: 'down', message: 'No answer.', retryable: true });
  const server = startTestServer(world, { exclusive: false });
  const { sessionId } = rightOf(
    await world.time.during(
      server.create({ commandId: 'create', owner: 'ann', residentialIp: false, prompt: 'A habit tracker' })(),
    ),
  );
  const state = (): SessionState | undefined => server.session(sessionId);
  await world.time.until(() => isAtRest(state()) && state()?.env?.services.length === 4);
  await world.time.pass(31 * 60_000);
  server.crash();
  return { world, log: memory.all(), state: state(), timers: timers.set() };
};

const dataOf = (event: StoredEvent) => event.data as Readonly<Record<string, unknown>>;
const types = (log: readonly StoredEvent[], type: string) => log.filter((event) => event.type === type);

const { timers: TIMERS, log: UNDISTURBED } = await bootAndTurn(0, 'as it should');
const EVERY_TIMER = Array.from({ length: TIMERS }, (_, index) => index + 1);

/** What a log says, without ids and moments. */
const told = (log: readonly StoredEvent[]) =>
  log.map((event) => `${event.type} ${dataOf(event).step ?? ''} ${dataOf(event).attempt ?? ''}`).toSorted();

describe(`a boot and a turn, of whose ${TIMERS} timers`, () => {
  test.each(EVERY_TIMER)(
    'number %i goes off although it was called off, are as they would be',
    async (chosen) => {
      const { log } = await bootAndTurn(chosen, 'although called off');
      expect(told(log)).toEqual(told(UNDISTURBED));
    },
  );

  test.each(EVERY_TIMER)(
    'number %i goes off at once, end the same: every failure is told, nothing is doubled',
    async (chosen) => {
      const { world, log, state } = await bootAndTurn(chosen, 'at once');
      expect(isReady(state)).toBe(true);
      expect(liveResources(world)).toEqual(ONE_OF_EACH);
      expect(types(log, 'SessionReady')).toHaveLength(1);
      for (const service of SERVICES) {
        const attempts = types(log, 'StepStarted').filter((event) => dataOf(event).step === service);
        // An attempt asks once; what it asked for and was not heard of is adopted by the next.
        expect(world.providers[service].calls()).toBe(attempts.length);
        expect(world.providers[service].made()).toBe(1);
      }
      const intents = new Set(log.map((event) => dataOf(event).attemptId));
      for (const event of log) {
        const { attemptId } = dataOf(event);
        if (attemptId !== undefined) expect(intents).toContain(attemptId);
      }
      const failures = types(log, 'StepFailed').map(
        (event) => dataOf(event).error as { readonly code: string },
      );
      for (const { code } of failures) expect(['down', 'deadline_exceeded']).toContain(code);
    },
  );
});
