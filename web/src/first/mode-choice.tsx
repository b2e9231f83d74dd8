import { useId } from 'react';

export type Mode = 'full' | 'quick';

const MODES: readonly (readonly [mode: Mode, name: string, what: string])[] = [
  ['full', 'Full app', 'with a database, mail and a repository of its own'],
  ['quick', 'Quick page', 'one HTML page at once, without a backend'],
];

/** What is to be built: two radio buttons, so that arrows and Tab do what they do everywhere. */
export const ModeChoice = ({
  mode,
  disabled,
  onMode,
}: {
  readonly mode: Mode;
  readonly disabled: boolean;
  readonly onMode: (mode: Mode) => void;
}) => {
  const name = useId();
  return (
    <fieldset disabled={disabled} className="grid gap-2 px-2.5 pb-1 sm:grid-cols-2">
      <legend className="sr-only">What to build</legend>
      {MODES.map(([value, title, what]) => (
        <label
          key={value}
          className="flex cursor-pointer items-start gap-2.5 rounded-lg border border-line px-3 py-2 text-small has-checked:border-alive has-checked:bg-alive-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-control"
        >
          <input
            type="radio"
            name={name}
            value={value}
            checked={mode === value}
            onChange={() => onMode(value)}
            className="mt-1 accent-alive focus-visible:outline-none"
          />
          <span className="min-w-0">
            <span className="block font-medium">{title}</span>
            <span className="block text-pretty text-ink-2">{what}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
};
