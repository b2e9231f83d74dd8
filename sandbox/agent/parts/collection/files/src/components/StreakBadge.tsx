import { localDay, streaks } from '../../shared/streaks.ts';

type Props<Item> = { items: readonly Item[]; day: keyof Item };

/** Days in a row, counted from the days of the things themselves. */
export function StreakBadge<Item>({ items, day }: Props<Item>) {
  const days = items.map((item) => dayOf(String(item[day])));
  const { current, best } = streaks(days, localDay());
  return (
    <p className="card flex items-center gap-3">
      <span aria-hidden="true" className={`text-2xl ${current > 0 ? '' : 'grayscale'}`}>
        🔥
      </span>
      <span>
        <strong className="block">{current === 1 ? '1-day streak' : `${current}-day streak`}</strong>
        <span className="text-muted text-sm">
          {best > current ? `Best: ${best} days` : 'Your best so far'}
        </span>
      </span>
    </p>
  );
}

/** A date stays as it is; a moment becomes the visitor's day. */
const dayOf = (text: string): string => (/^\d{4}-\d\d-\d\d$/.test(text) ? text : localDay(new Date(text)));
