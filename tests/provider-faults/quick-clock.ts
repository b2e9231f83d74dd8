import { type Clock, systemClock } from '../../commands/ports/clock.ts';

/** Time that runs `times` as fast: deadlines and delays of half a minute pass in seconds, on real sockets. */
export const quickClock = (times: number): Clock => {
  const begun = Date.now();
  return {
    ...systemClock,
    now: () => new Date(begun + (Date.now() - begun) * times).toISOString(),
    after: (ms, callback) => systemClock.after(ms / times, callback),
  };
};
