type Props = { label: string; values: readonly (number | null)[] };

/** The sum of a number over everything in the list. */
export function Total({ label, values }: Props) {
  const sum = values.reduce<number>((total, value) => total + (value ?? 0), 0);
  return (
    <div className="card grid gap-0.5">
      <dt className="text-muted text-sm">{label}, in total</dt>
      <dd className="font-semibold text-2xl tabular-nums tracking-tight">
        {sum.toLocaleString(undefined, { maximumFractionDigits: 2 })}
      </dd>
    </div>
  );
}
