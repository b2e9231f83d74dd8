import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { Analytics } from '../../server/types.ts';
import { barColour, drawChart } from '../../ui/chart.ts';

const HEIGHT_PX = 140;
const DAYS = 30;
const DAY_S = 86_400;

/** Every day of the last thirty (UTC), also those on which nothing happened. */
const perDay = (days: Analytics['days'], now: number): readonly (readonly [at: number, count: number])[] => {
  const today = Math.floor(now / 1_000 / DAY_S) * DAY_S;
  const counts = new Map<number, number>();
  for (const { day, count } of days) {
    const at = Date.parse(`${day}T00:00:00Z`) / 1_000;
    counts.set(at, (counts.get(at) ?? 0) + count);
  }
  return Array.from({ length: DAYS }, (_, index) => {
    const at = today - (DAYS - 1 - index) * DAY_S;
    return [at, counts.get(at) ?? 0] as const;
  });
};

const dayName = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

const LOOK: Parameters<typeof drawChart>[1] = {
  height: HEIGHT_PX,
  padding: [8, 8, 0, 0],
  x: {
    range: (_chart, min, max) => [(min ?? 0) - DAY_S * 0.6, (max ?? 0) + DAY_S * 0.6],
    axis: { size: 22, space: 70, values: (_chart, splits) => splits.map((at) => dayName.format(at * 1_000)) },
  },
  y: {
    space: 32,
    values: (_chart, splits) => splits.map((value) => (Number.isInteger(value) ? `${value}` : '')),
  },
  series: {
    fill: barColour,
    width: 0,
    ...(uPlot.paths.bars === undefined ? {} : { paths: uPlot.paths.bars({ size: [0.6, 24] }) }),
  },
};

/** How much the app was used, day by day; in words for whoever does not see the bars. */
export const EventsChart = ({ days }: { readonly days: Analytics['days'] }) => {
  const place = useRef<HTMLDivElement>(null);
  const shown = perDay(days, Date.now());
  const total = shown.reduce((sum, [, count]) => sum + count, 0);
  const [bestAt, best] = shown.reduce((most, day) => (day[1] > most[1] ? day : most), shown[0] ?? [0, 0]);
  const data = JSON.stringify(shown);

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const points = JSON.parse(data) as readonly (readonly [number, number])[];
    const drawn = drawChart(element, LOOK, [points.map(([at]) => at), points.map(([, count]) => count)]);
    return drawn.end;
  }, [data]);

  return (
    <figure className="min-w-0 rounded-xl border border-line px-3 pt-3 pb-1">
      <figcaption className="flex justify-between gap-3 px-1 text-small">
        <span className="text-ink-2">Events a day, last {DAYS} days (UTC)</span>
        <span className="tabular">{total.toLocaleString()}</span>
      </figcaption>
      <div
        ref={place}
        role="img"
        aria-label={`${total} events in ${DAYS} days, ${best} on ${dayName.format(bestAt * 1_000)} at most`}
        style={{ height: `${HEIGHT_PX}px` }}
        className="mt-1 overflow-hidden"
      />
    </figure>
  );
};
