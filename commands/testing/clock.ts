import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';
import { createTimers, type Timer } from './timers.ts';

export type TestClock = Clock & {
  /** Lets everything happen that needs no time, then time pass to the next timer, until `isSo`. */
  readonly until: (isSo: () => boolean, limitMs?: number) => Promise<void>;
  /** Lets time pass until this is settled. */
  readonly during: <A>(promise: Promise<A>) => Promise<A>;
  /** Lets `ms` pass. */
  readonly pass: (ms: number) => Promise<void>;
  /** What the clock shows jumps ahead, as when a machine is set right; timers go on as they were. */
  readonly jump: (ms: number) => void;
  /** Timers that have gone off so far: what waiting costs. */
  readonly fired: () => number;
  /** Resolves after `ms` of this clock. */
  readonly sleep: (ms: number) => Promise<void>;
};

type Options = {
  /** Timers that may go off; all of them, unless told. */
  readonly most?: number;
  /** Resolves when everything has happened that needs no time. */
  readonly settle?: () => Promise<void>;
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

/** What has the form of a uuid, numbered from a seed. */
const seededIds = (seed: number): (() => string) => {
  const prefix = `${(seed >>> 0).toString(16).padStart(8, '0')}-0000-4000-a000-`;
  let count = 0;
  return () => {
    count += 1;
    return prefix + count.toString(16).padStart(12, '0');
  };
};

/** After everything that needs no time: one turn of the event loop sees the end of it, also where a file is read. */
const aTurn = (): Promise<void> => setImmediate();

/**
 * The same where everything is in memory and settles by promises alone: a tick comes when no promise is left to go on,
 * and spares a sixth of what a simulation takes.
 */
export const aTick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/**
 * Time that only passes when the test lets it: an hour of retries takes as long as its work. More timers than `most` are
 * somebody waiting in circles, and an error.
 */
export const createTestClock = (
  seed = 1,
  { most = Number.POSITIVE_INFINITY, settle = aTurn }: Options = {},
): TestClock => {
  let now = 0;
  let shown = START;
  let order = 0;
  let fired = 0;
  const timers = createTimers();

  const after: Clock['after'] = (ms, callback) => {
    order += 1;
    const timer: Timer = { at: now + Math.max(0, ms), order, callback };
    timers.add(timer);
    return () => {
      timer.callback = undefined;
    };
  };

  const fire = (timer: Timer): void => {
    const { callback } = timer;
    timers.removeFirst();
    now = Math.max(now, timer.at);
    fired += 1;
    if (fired > most) throw new Error(`more than ${most} timers went off by ${instant()}`);
    callback?.();
  };

  let told = { at: Number.NaN, text: '' };
  const instant = (): string => {
    const at = shown + now;
    if (told.at !== at) told = { at, text: new Date(at).toISOString() };
    return told.text;
  };

  const until = async (isSo: () => boolean, limitMs = 3_600_000): Promise<void> => {
    const limit = now + limitMs;
    for (;;) {
      await settle();
      if (isSo()) return;
      const next = timers.next();
      if (now > limit || next === undefined) throw new Error(`it did not happen by ${instant()}`);
      fire(next);
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
    for (let next = timers.next(); next !== undefined && next.at <= end; next = timers.next()) {
      fire(next);
      await settle();
    }
    now = end;
  };

  return {
    now: instant,
    after,
    random: seededRandom(seed),
    id: seededIds(seed + 2),
    until,
    during,
    pass,
    jump: (ms) => {
      shown += ms;
    },
    fired: () => fired,
    sleep: (ms) => new Promise((resolve) => void after(ms, resolve)),
  };
};
