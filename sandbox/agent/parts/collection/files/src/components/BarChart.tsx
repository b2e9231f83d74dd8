export type Bar = { label: string; value: number };

/** More labels than these would run into each other on a phone. */
const LABELS = 7;

/** Bars beside each other, each with its number; the last always has its label. */
export function BarChart({ title, bars }: { title: string; bars: readonly Bar[] }) {
  const highest = Math.max(...bars.map(({ value }) => value), 1);
  const every = Math.ceil(bars.length / LABELS);
  const format = (value: number) => value.toLocaleString(undefined, { maximumFractionDigits: 1 });
  return (
    <figure className="card grid grid-cols-1 gap-4">
      <figcaption className="font-medium text-sm">{title}</figcaption>
      <ol className="flex h-36 items-end gap-1 sm:gap-2.5">
        {bars.map(({ label, value }, index) => (
          <li key={label} className="flex h-full min-w-0 flex-1 flex-col items-center justify-end gap-1">
            <span className="sr-only">{`${label}: ${format(value)}`}</span>
            <span aria-hidden="true" className="text-xs tabular-nums">
              {value > 0 ? format(value) : ''}
            </span>
            <span
              aria-hidden="true"
              className={`w-full rounded-t-md transition-[height] ${value > 0 ? 'bg-accent' : 'bg-line'}`}
              style={{ height: `${Math.max((value / highest) * 70, 1.5)}%` }}
            />
            <span aria-hidden="true" className="h-4 whitespace-nowrap text-[0.6875rem] text-muted">
              {(bars.length - 1 - index) % every === 0 ? label : ''}
            </span>
          </li>
        ))}
      </ol>
    </figure>
  );
}
