import { useState } from 'react';

export type SortOrder<Item> = {
  readonly label: string;
  readonly by: keyof Item;
  readonly descending: boolean;
};

export type Ordered<Item> = {
  readonly items: readonly Item[] | undefined;
  readonly labels: readonly string[];
  readonly chosen: string;
  readonly choose: (label: string) => void;
};

/** The things in the order the visitor chose; what has no value comes last. */
export function useOrder<Item>(
  items: readonly Item[] | undefined,
  orders: readonly SortOrder<Item>[],
): Ordered<Item> {
  const labels = orders.map(({ label }) => label);
  const [chosen, choose] = useState(labels[0] ?? '');
  const order = orders.find(({ label }) => label === chosen);
  return { items: order && items ? items.toSorted(comparing(order)) : items, labels, chosen, choose };
}

const comparing =
  <Item>({ by, descending }: SortOrder<Item>) =>
  (a: Item, b: Item): number => {
    const [x, y] = [a[by], b[by]];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    const ascending =
      typeof x === 'number' && typeof y === 'number'
        ? x - y
        : String(x).localeCompare(String(y), undefined, { numeric: true });
    return descending ? -ascending : ascending;
  };
