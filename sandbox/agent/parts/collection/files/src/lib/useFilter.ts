import { useState } from 'react';

export type Filter = {
  /** Every value there is, in words. */
  readonly values: readonly string[];
  /** Empty: everything is let through. */
  readonly chosen: string;
  readonly choose: (value: string) => void;
};

/** Lets through the things whose field has the chosen value, or, of several values, has it among them. */
export function useFilter<Item>(items: readonly Item[] | undefined, field: keyof Item) {
  const [chosen, choose] = useState('');
  const values = [...new Set((items ?? []).flatMap((item) => inWords(item[field])))].sort();
  const shown = items?.filter((item) => chosen === '' || inWords(item[field]).includes(chosen));
  return { items: shown, values, chosen, choose } satisfies Filter & { items: unknown };
}

function inWords(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === 'boolean') return [value ? 'Yes' : 'No'];
  return [String(value)];
}
