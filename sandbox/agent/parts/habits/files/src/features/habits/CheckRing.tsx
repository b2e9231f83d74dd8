type Props = {
  label: string;
  done: boolean;
  /** Of the last seven days, how many were kept. */
  kept: number;
  disabled: boolean;
  onPress: () => void;
};

const RADIUS = 28;
const AROUND = 2 * Math.PI * RADIUS;

/** A button to check in, in a ring that closes over the week. */
export function CheckRing({ label, done, kept, disabled, onPress }: Props) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={done}
      disabled={disabled}
      onClick={onPress}
      className="group relative grid size-16 shrink-0 place-items-center rounded-full transition active:scale-90"
    >
      <svg viewBox="0 0 64 64" className="-rotate-90 absolute inset-0 fill-none" aria-hidden="true">
        <circle cx="32" cy="32" r={RADIUS} className="stroke-line" strokeWidth="5" />
        <circle
          cx="32"
          cy="32"
          r={RADIUS}
          className="stroke-accent transition-[stroke-dashoffset] duration-500"
          strokeWidth="5"
          strokeLinecap="round"
          strokeDasharray={AROUND}
          strokeDashoffset={AROUND * (1 - kept / 7)}
          opacity={kept === 0 ? 0 : 1}
        />
      </svg>
      <span
        className={`grid size-11 place-items-center rounded-full transition ${
          done ? 'bg-accent text-on-accent' : 'bg-line/50 text-muted/60 group-hover:text-accent'
        }`}
      >
        <svg viewBox="0 0 24 24" className="size-6" fill="none" stroke="currentColor" aria-hidden="true">
          <path d="M5 12.5l4.5 4.5L19 7.5" strokeWidth="2.5" strokeLinecap="round" strokeLinejoin="round" />
        </svg>
      </span>
    </button>
  );
}
