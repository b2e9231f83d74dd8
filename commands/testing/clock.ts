import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

type Timer = { readonly at: number; readonly order: number; readonly callback: () => void };

export type TestClock = Clock & {
  /** Lets everything happen that needs no time, then time pass to the next timer, until `isSo`. */
  readonly until: (isSo: () => boolean, limitMs?: number) => Promise<void>;
  /** Lets time pass until this is settled. */
  readonly during: <A>(promise: Promise<A>) => Promise<A>;
  /** Lets `ms` pass. */
  readonly pass: (ms: number) => Promise<void>;
  /** Timers that have gone off so far: what waiting costs. */
  readonly fired: () => number;
  /** Resolves after `ms` of this clock. */
  readonly sleep: (ms: number) => Promise<void>;
};

const START = Date.parse('2026-01-01T12:00:00.000Z');

/** A small generator with a seed (mulberry32), so that a run can be repeated. */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Time that only passes when the test lets it: an hour of retries takes as long as its work. */
export const createTestClock = (seed = 1): TestClock => {
  let now = START;
  let order = 0;
  let fired = 0;
  let timers: readonly Timer[] = [];

  const after: Clock['after'] = (ms, callback) => {
    order += 1;
    const timer = { at: now + Math.max(0, ms), order, callback };
    timers = [...timers, timer].sort((a, b) => a.at - b.at || a.order - b.order);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  };

  /** Everything in memory settles by promises alone, so one turn of the event loop sees the end of it. */
  const settle = (): Promise<void> => setImmediate();

  const fireNext = (): boolean => {
    const [next, ...rest] = timers;
    if (next === undefined) return false;
    timers = rest;
    now = Math.max(now, next.at);
    fired += 1;
    next.callback();
    return true;
  };

  const until = async (isSo: () => boolean, limitMs = 3_600_000): Promise<void> => {
    const limit = now + limitMs;
    for (;;) {
      await settle();
      if (isSo()) return;
      if (now > limit || !fireNext()) throw new Error(`it did not happen by ${new Date(now).toISOString()}`);
    }
  };

  const during = async <A>(promise: Promise<A>): Promise<A> => {
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    promise.then(settled, settled);
    await until(() => isSettled);
    return promise;
  };

  const pass = async (ms: number): Promise<void> => {
    const end = now + ms;
    await settle();
    while (timers[0] !== undefined && timers[0].at <= end) {
      fireNext();
      await settle();
    }
    now = end;
  };

  return {
    now: () => new Date(now).toISOString(),
    after,
    random: seededRandom(seed),
    until,
    during,
    pass,
    fired: () => fired,
    sleep: (ms) => new Promise((resolve) => void after(ms, resolve)),
  };
};
