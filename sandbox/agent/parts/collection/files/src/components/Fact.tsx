import type { ReactNode } from 'react';

/** A name and a value; nothing where the value is missing. */
export function Fact({ label, value }: { label: string; value: ReactNode }) {
  if (value === null || value === undefined || value === '' || value === false) return null;
  return (
    <div className="flex min-w-0 items-baseline gap-1.5">
      <dt className="shrink-0 text-muted">{label}</dt>
      <dd className="wrap-anywhere min-w-0">{value}</dd>
    </div>
  );
}
