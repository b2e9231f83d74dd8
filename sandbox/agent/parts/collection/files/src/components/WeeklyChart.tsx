import { BarChart } from './BarChart.tsx';

type Props<Item> = {
  title: string;
  items: readonly Item[];
  /** The field with the day a thing counts for. */
  day: keyof Item;
  /** The number to add up; without it, things are counted. */
  value?: keyof Item;
};

const WEEKS = 8;
const WEEK_MS = 7 * 24 * 60 * 60_000;

/** The last eight weeks, each beginning on Monday. */
export function WeeklyChart<Item>({ title, items, day, value }: Props<Item>) {
  const thisWeek = mondayOf(new Date());
  const bars = Array.from({ length: WEEKS }, (_, index) => {
    const monday = new Date(thisWeek - (WEEKS - 1 - index) * WEEK_MS);
    const label = monday.toLocaleDateString(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
    return { label, value: 0 };
  });
  for (const item of items) {
    const on = new Date(String(item[day]));
    if (Number.isNaN(on.getTime())) continue;
    const bar = bars[WEEKS - 1 - Math.round((thisWeek - mondayOf(on)) / WEEK_MS)];
    if (bar) bar.value += value === undefined ? 1 : Number(item[value] ?? 0);
  }
  return <BarChart title={title} bars={bars} />;
}

function mondayOf(date: Date): number {
  const sinceMonday = (date.getUTCDay() + 6) % 7;
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() - sinceMonday);
}
