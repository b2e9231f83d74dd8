import { nextDays, type Slot, TIMES } from '../../../shared/slots.ts';

// Noon, so that no time zone moves the day.
export const longDay = (day: string): string =>
  new Date(`${day}T12:00:00`).toLocaleDateString(undefined, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  });

type Props = {
  taken: readonly Slot[];
  chosen: Slot | undefined;
  onChoose: (slot: Slot) => void;
};

/** The next days with their times; what is taken cannot be chosen. */
export function SlotPicker({ taken, chosen, onChoose }: Props) {
  const is = (slot: Slot, day: string, time: string) => slot.day === day && slot.time === time;
  return (
    <div className="grid gap-3">
      {nextDays().map((day) => (
        <fieldset key={day} className="card grid gap-3">
          <legend className="sr-only">{longDay(day)}</legend>
          <p aria-hidden="true" className="font-medium text-sm">
            {longDay(day)}
          </p>
          <div className="flex flex-wrap gap-2">
            {TIMES.map((time) => {
              const isTaken = taken.some((slot) => is(slot, day, time));
              const isChosen = chosen !== undefined && is(chosen, day, time);
              return (
                <button
                  key={time}
                  type="button"
                  disabled={isTaken}
                  aria-pressed={isChosen}
                  aria-label={`${longDay(day)} at ${time}${isTaken ? ', taken' : ''}`}
                  onClick={() => onChoose({ day, time })}
                  className={`rounded-xl border px-3.5 py-2 text-sm tabular-nums transition ${
                    isChosen
                      ? 'border-accent bg-accent text-on-accent'
                      : 'border-line hover:border-accent disabled:text-muted disabled:line-through disabled:opacity-60'
                  }`}
                >
                  {time}
                </button>
              );
            })}
          </div>
        </fieldset>
      ))}
    </div>
  );
}
