import { formatMoney } from '../lib/format.ts';

type Props = { label: string; values: readonly (number | null)[]; money?: boolean };

/** The sum of a number over everything in the list. */
export function Total({ label, values, money = false }: Props) {
  const sum = values.reduce<number>((total, value) => total + (value ?? 0), 0);
  return (
    <div className="card grid gap-0.5">
      <dt className="text-muted text-sm">{label}, in total</dt>
      <dd className="font-semibold text-2xl tabular-nums tracking-tight">
        {money ? formatMoney(sum) : sum.toLocaleString(undefined, { maximumFractionDigits: 2 })}
      </dd>
    </div>
  );
}
