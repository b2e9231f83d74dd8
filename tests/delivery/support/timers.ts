import type { Clock } from '../../../commands/ports/clock.ts';
import type { Timing } from './schedule.ts';

/** A clock whose timers go off as the schedule has it, never before their time. */
export const timedBy = (timings: readonly Timing[], clock: Clock): Clock => {
  let used = 0;
  return {
    ...clock,
    after: (ms, callback) => {
      const timing = timings[used % timings.length] ?? { kind: 'exact' };
      used += 1;
      switch (timing.kind) {
        case 'exact':
          return clock.after(ms, callback);
        case 'late':
          return clock.after(ms + timing.ms, callback);
        case 'stale':
          clock.after(ms, callback);
          return () => undefined;
      }
    },
  };
};
