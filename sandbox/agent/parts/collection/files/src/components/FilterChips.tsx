import type { Filter } from '../lib/useFilter.ts';

/** One chip for each value there is; pressed again, it lets everything through. */
export function FilterChips({ label, filter }: { label: string; filter: Filter }) {
  if (filter.values.length < 2 && !filter.chosen) return null;
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">{label}</legend>
      {filter.values.map((value) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === filter.chosen}
          onClick={() => filter.choose(value === filter.chosen ? '' : value)}
          className={`rounded-full border px-3 py-1.5 text-sm transition ${
            value === filter.chosen
              ? 'border-accent bg-accent text-on-accent'
              : 'border-line text-muted hover:border-accent hover:text-ink'
          }`}
        >
          {value === 'Yes' ? label : value === 'No' ? `Not ${label.toLowerCase()}` : value}
        </button>
      ))}
    </fieldset>
  );
}
