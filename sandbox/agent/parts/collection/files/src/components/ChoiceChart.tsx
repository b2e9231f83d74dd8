import { BarChart } from './BarChart.tsx';

type Props<Item> = { title: string; items: readonly Item[]; by: keyof Item };

/** How many things there are of each kind, most first. */
export function ChoiceChart<Item>({ title, items, by }: Props<Item>) {
  const counts = new Map<string, number>();
  for (const item of items) {
    const kind = String(item[by] ?? 'None');
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const bars = [...counts].map(([label, value]) => ({ label, value })).sort((a, b) => b.value - a.value);
  return <BarChart title={title} bars={bars.slice(0, 10)} />;
}
