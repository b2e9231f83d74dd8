import fc from 'fast-check';
import { isRight } from 'fp-ts/lib/Either.js';
import { describe, expect } from 'vitest';
import { SERVICES } from '../services.ts';
import { BOOT_STEPS, type BootStep, type StepName } from '../steps.ts';
import { outcome, planned, RUNNER, T0 } from '../testing/histories.ts';
import { holds } from '../testing/property.ts';
import { decideNoteSleep } from './decide/life.ts';
import { decideRecordFailure, decideRecordOutcome, decideStartSteps } from './decide/steps.ts';
import type { SessionEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { dueSteps, nextMoment } from './process-managers/due.ts';
import { isDone, noSession, type SessionState, stepOf } from './state.ts';

/** What becomes of one attempt; `lost` means that nobody ever hears of it again. */
type Fate = 'ok' | 'outage' | 'refused' | 'lost';

const fate = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Fate>('ok') },
  { weight: 4, arbitrary: fc.constant<Fate>('outage') },
  { weight: 2, arbitrary: fc.constantFrom<Fate[]>('lost', 'refused') },
);

/** Nothing here is anybody's fault, so nothing may be given up on. */
const passing = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fate>('ok') },
  { weight: 1, arbitrary: fc.constant<Fate>('lost') },
);

/** Moments at which the sandbox stops by itself, counted in attempts that have ended. */
const accidents = fc.uniqueArray(fc.nat(25), { maxLength: 4 });

const orders = fc.array(fc.nat(9), { minLength: 1, maxLength: 7 });

const isBootStep = (step: StepName): step is BootStep => (BOOT_STEPS as readonly string[]).includes(step);

/** One session driven by its own to-do list through the deciders, with nothing but fates and time from outside. */
const simulate = (fates: readonly Fate[], order: readonly number[], accidents: readonly number[]) => {
  const events: SessionEvent[] = [];
  let state = noSession;
  let now = T0;
  let drawn = 0;
  const append = (decided: ReturnType<typeof decideStartSteps>): boolean => {
    if (!isRight(decided)) return false;
    for (const event of decided.right) {
      state = evolve(state, event, now);
      events.push(event);
    }
    return true;
  };
  const asking = () => ({ now, runner: RUNNER, exclusive: true });

  const settle = ({ step, attemptId }: { readonly step: BootStep; readonly attemptId: string }): void => {
    const next = fates[drawn] ?? 'ok';
    if (accidents.includes(drawn)) append(decideNoteSleep({ reason: 'it stopped by itself' }, state));
    drawn += 1;
    const error = { code: 'x', message: 'x', retryable: next === 'outage' };
    if (next === 'ok')
      append(decideRecordOutcome({ step, attemptId, outcome: [achieved(step, attemptId)] }, state, now));
    else if (next !== 'lost')
      append(decideRecordFailure({ step, attemptId, error, jitter: 0.5, now }, state));
  };

  const achieved = (step: BootStep, attemptId: string): SessionEvent => {
    const version = (state.env?.version ?? 0) + 1;
    return outcome(step, {
      attemptId,
      version,
      services: SERVICES.filter((service) => isDone(state, service)),
    });
  };

  append({ _tag: 'Right', right: [planned({ purpose: 'pool' })] });
  const open: { readonly step: BootStep; readonly attemptId: string }[] = [];
  for (let round = 0; round < 1_000; round += 1) {
    const due = dueSteps(state, asking()).filter(isBootStep);
    const attempts = due.map((step) => ({ step, attemptId: `${round}-${step}` }));
    if (attempts.length > 0) expect(append(decideStartSteps({ attempts, ...asking() }, state))).toBe(true);
    open.push(...attempts);
    // Attempts end one at a time, in any order.
    const [ended] = open.splice((order[round % order.length] ?? 0) % Math.max(1, open.length), 1);
    if (ended !== undefined) settle(ended);
    else {
      const next = nextMoment(state, now);
      if (next === undefined) break;
      now = next;
    }
  }
  return { state, events, now };
};

const someStepIsParked = (state: SessionState): boolean =>
  BOOT_STEPS.some((step) => stepOf(state, step).status === 'parked');

describe('a boot, whatever happens to its steps', () => {
  holds(
    'ends ready, or with a step that was given up on; ready once; env versions without a gap',
    [fc.array(fate, { maxLength: 60 }), orders, accidents],
    (fates, order, stops) => {
      const { state, events, now } = simulate(fates, order, stops);
      const ready = events.filter(({ type }) => type === 'SessionReady');
      expect(ready.length === 1 || someStepIsParked(state)).toBe(true);
      expect(ready.length).toBeLessThanOrEqual(1);
      const versions = events.flatMap((event) => (event.type === 'EnvWritten' ? [event.data.version] : []));
      expect(versions).toEqual(versions.map((_, index) => index + 1));
      expect(dueSteps(state, { now, runner: RUNNER, exclusive: true }).filter(isBootStep)).toEqual([]);
    },
    { runs: 400 },
  );

  holds(
    'ends ready with every service there, however often answers and sandboxes are lost',
    [fc.array(passing, { maxLength: 40 }), orders, accidents],
    (fates, order, stops) => {
      const { state } = simulate(fates, order, stops);
      expect(state.readyAt).toBeDefined();
      expect(state.env?.services).toHaveLength(4);
    },
    { runs: 400 },
  );
});
