import { type Day, lastSevenDays } from '../../../shared/streaks.ts';

/** The last seven days, today at the right. */
export function WeekStrip({ days, today }: { days: Day[]; today: Day }) {
  return (
    <ol className="grid grid-cols-7 gap-1.5" aria-label="Last 7 days">
      {lastSevenDays(today).map((day) => {
        const done = days.includes(day);
        return (
          <li key={day} className="grid justify-items-center gap-1">
            <span className="sr-only">{`${format(day, 'long')}: ${done ? 'done' : 'not done'}`}</span>
            <span
              aria-hidden="true"
              className={`h-2 w-full rounded-full ${done ? 'bg-accent' : 'bg-line'} ${
                day === today && !done ? 'ring-1 ring-accent/50' : ''
              }`}
            />
            <span aria-hidden="true" className="text-[0.6875rem] text-muted leading-none">
              {format(day, 'narrow')}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

// Noon, so that no daylight-saving change moves the day.
const format = (day: Day, weekday: 'long' | 'narrow') =>
  new Date(`${day}T12:00:00`).toLocaleDateString(undefined, { weekday });
