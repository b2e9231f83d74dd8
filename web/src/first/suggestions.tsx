import { suggestionsFor } from './suggestions.ts';

export const Suggestions = ({
  agent,
  onPick,
}: {
  readonly agent: string | undefined;
  readonly onPick: (prompt: string) => void;
}) => (
  <ul aria-label="Examples" className="mt-4 flex flex-wrap gap-2">
    {suggestionsFor(agent).map(({ label, prompt }) => (
      <li key={label}>
        <button
          type="button"
          onClick={() => onPick(prompt)}
          className="h-8 rounded-full border border-line-strong px-3.5 text-small text-ink-2 transition-colors hover:border-control hover:bg-surface hover:text-ink"
        >
          {label}
        </button>
      </li>
    ))}
  </ul>
);
