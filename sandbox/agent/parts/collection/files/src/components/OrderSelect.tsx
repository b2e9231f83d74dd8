import type { Ordered } from '../lib/useOrder.ts';

export function OrderSelect({ order }: { order: Pick<Ordered<never>, 'labels' | 'chosen' | 'choose'> }) {
  return (
    <select
      aria-label="Sort by"
      className="field w-auto py-2 text-sm"
      value={order.chosen}
      onChange={(event) => order.choose(event.target.value)}
    >
      {order.labels.map((label) => (
        <option key={label}>{label}</option>
      ))}
    </select>
  );
}
