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
type Fate = 'ok' | 'outage' | 'refused' | 'lost' | 'sandbox stops';

const fate = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fate>('ok') },
  { weight: 3, arbitrary: fc.constant<Fate>('outage') },
  { weight: 1, arbitrary: fc.constantFrom<Fate[]>('refused', 'lost', 'sandbox stops') },
);

const isBootStep = (step: StepName): step is BootStep => (BOOT_STEPS as readonly string[]).includes(step);

/** One session driven by its own to-do list through the deciders, with nothing but fates and time from outside. */
const simulate = (fates: readonly Fate[], order: readonly number[]) => {
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
    drawn += 1;
    const error = { code: 'x', message: 'x', retryable: next === 'outage' };
    if (next === 'ok')
      append(decideRecordOutcome({ step, attemptId, outcome: [achieved(step, attemptId)] }, state, now));
    else if (next === 'sandbox stops') append(decideNoteSleep({ reason: next }, state));
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
  for (let round = 0; round < 400; round += 1) {
    const due = dueSteps(state, asking()).filter(isBootStep);
    const attempts = due.map((step, index) => ({ step, attemptId: `${round}-${index}` }));
    if (attempts.length > 0) expect(append(decideStartSteps({ attempts, ...asking() }, state))).toBe(true);
    // Effects end in any order.
    const rank = (index: number) => order[(round + index) % order.length] ?? 0;
    for (const { attempt } of attempts
      .map((attempt, index) => ({ attempt, rank: rank(index) }))
      .sort((a, b) => a.rank - b.rank))
      settle(attempt);
    const next = nextMoment(state, now);
    if (dueSteps(state, asking()).filter(isBootStep).length > 0) continue;
    if (next === undefined) break;
    now = next;
  }
  return { state, events, now };
};

const someStepIsParked = (state: SessionState): boolean =>
  BOOT_STEPS.some((step) => stepOf(state, step).status === 'parked');

describe('a boot, whatever happens to its steps', () => {
  holds(
    'ends ready, or with a step that was given up on; ready once; env versions without a gap',
    [fc.array(fate, { maxLength: 60 }), fc.array(fc.nat(9), { minLength: 1, maxLength: 7 })],
    (fates, order) => {
      const { state, events, now } = simulate(fates, order);
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
    [fc.array(fc.constantFrom<Fate[]>('ok', 'lost', 'sandbox stops'), { maxLength: 30 })],
    (fates) => {
      const { state } = simulate(fates, [0]);
      expect(state.readyAt).toBeDefined();
      expect(state.env?.services).toHaveLength(4);
    },
  );
});
