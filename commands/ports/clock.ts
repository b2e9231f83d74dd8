import { v4 as uuid } from 'uuid';
import type { Instant } from '../../domain/envelope.ts';

/** Time and chance as the write side sees them, so that a simulation can hand out its own. */
export type Clock = {
  readonly now: () => Instant;
  /** Calls back once after `ms`; the returned function calls it off. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** In [0, 1). */
  readonly random: () => number;
  /** A uuid nobody has had before. */
  readonly id: () => string;
};

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
  random: Math.random,
  id: () => uuid(),
};
