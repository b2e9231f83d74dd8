/** A calendar day as `YYYY-MM-DD`. Days compare as text and know no time zone. */
export type Day = string;

/** The day it is where this code runs: in the browser, the visitor's own. */
export function localDay(now = new Date()): Day {
  const month = String(now.getMonth() + 1).padStart(2, '0');
  const day = String(now.getDate()).padStart(2, '0');
  return `${now.getFullYear()}-${month}-${day}`;
}

/** The day `count` days later; negative counts go back. */
export function addDays(day: Day, count: number): Day {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

/** The seven days that end with `today`, oldest first. */
export const lastSevenDays = (today: Day): Day[] =>
  [-6, -5, -4, -3, -2, -1, 0].map((back) => addDays(today, back));

/**
 * Days in a row, from check-ins in any order. The current streak ends today, or yesterday while today is still open:
 * a day that is not over breaks nothing.
 */
export function streaks(checkIns: readonly Day[], today: Day): { current: number; best: number } {
  const days = new Set(checkIns);
  const lastDay = days.has(today) ? today : addDays(today, -1);
  const best = [...days]
    .filter((day) => !days.has(addDays(day, 1)))
    .reduce((longest, day) => Math.max(longest, runEndingOn(day, days)), 0);
  return { current: runEndingOn(lastDay, days), best };
}

function runEndingOn(day: Day, days: ReadonlySet<Day>): number {
  let length = 0;
  while (days.has(addDays(day, -length))) length += 1;
  return length;
}
