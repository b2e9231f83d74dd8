export type Slot = { day: string; time: string };

/** When people can come, on working days: change the times here. */
export const TIMES = ['09:00', '10:30', '13:00', '14:30', '16:00'] as const;

const DAYS_AHEAD = 5;
const DAY_MS = 24 * 60 * 60_000;

/** The next working days, tomorrow first. */
export function nextDays(now = new Date()): string[] {
  const days: string[] = [];
  for (let ahead = 1; days.length < DAYS_AHEAD; ahead += 1) {
    const date = new Date(now.getTime() + ahead * DAY_MS);
    const isWeekend = date.getUTCDay() === 0 || date.getUTCDay() === 6;
    if (!isWeekend) days.push(date.toISOString().slice(0, 10));
  }
  return days;
}

/** Whether this time is one of those on offer. A day of grace on each side, for visitors in other time zones. */
export function isSlot({ day, time }: Slot, now = new Date()): boolean {
  const offered = [-1, 0, 1].flatMap((days) => nextDays(new Date(now.getTime() + days * DAY_MS)));
  return offered.includes(day) && TIMES.some((offer) => offer === time);
}
