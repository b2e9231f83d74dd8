import type { BuildStatus, ProjectionStatus } from './status.ts';

export type Progress = Pick<BuildStatus, 'done' | 'total' | 'eventsPerSecond' | 'secondsLeft' | 'resumedAt'>;

/** How far a build is, how fast it goes and how long it will take, from when it was started. */
export const createProgress = (resumedAt: number, total: number) => {
  const startedAt = performance.now();
  let done = resumedAt;

  return {
    /** Counted in the log, of which a projection need not hear everything. */
    reached: (events: number): void => {
      done = events;
    },
    read: (): Progress => {
      const seconds = (performance.now() - startedAt) / 1_000;
      const perSecond = seconds > 0 ? (done - resumedAt) / seconds : 0;
      const all = Math.max(total, done);
      return {
        done,
        total: all,
        resumedAt,
        eventsPerSecond: Math.round(perSecond),
        ...(perSecond > 0 ? { secondsLeft: Math.ceil((all - done) / perSecond) } : {}),
      };
    },
  };
};

export type BuildProgress = ReturnType<typeof createProgress>;

const number = (value: number): string => value.toLocaleString('en');

/** e.g. `400,000 of 1,000,000 events · 210,000/s · 3 s left`; `unit` as in the status. */
export const describeProgress = (
  { done, total, eventsPerSecond, secondsLeft }: Progress,
  unit: ProjectionStatus['unit'],
): string =>
  [
    `${number(done)} of ${number(total)} ${unit ?? 'events'}`,
    `${number(eventsPerSecond)}/s`,
    ...(secondsLeft === undefined ? [] : [`${number(secondsLeft)} s left`]),
  ].join(' · ');
