type Props = { what: string; done: boolean; onChange: (done: boolean) => void };

/** A round box to tick. */
export function DoneButton({ what, done, onChange }: Props) {
  return (
    <label
      className={`relative mt-1 grid size-7 shrink-0 cursor-pointer place-items-center rounded-full border-2 transition active:scale-90 has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2 ${
        done
          ? 'border-accent bg-accent text-on-accent'
          : 'border-muted/50 text-transparent hover:border-accent'
      }`}
    >
      <input
        type="checkbox"
        className="absolute inset-0 cursor-pointer opacity-0"
        aria-label={`${what}: done`}
        checked={done}
        onChange={(event) => onChange(event.target.checked)}
      />
      <svg viewBox="0 0 24 24" className="size-4" fill="none" stroke="currentColor" aria-hidden="true">
        <path d="M5 12.5l4.5 4.5L19 7.5" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
    </label>
  );
}
