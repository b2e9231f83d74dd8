import { useCallback, useEffect, useState } from 'react';
import type { Summary } from '../../../shared/activity.ts';
import app from '../../app.config.json';
import { BarChart } from '../../components/BarChart.tsx';
import { Notice } from '../../components/Notice.tsx';
import '../../lib/activity.ts';
import { track } from '../../lib/analytics.ts';
import { api } from '../../lib/api.ts';
import { EventList } from './EventList.tsx';
import { EventShares } from './EventShares.tsx';
import { Figure } from './Figure.tsx';

const PERIODS = [7, 14, 30];
const REFRESH_MS = 10_000;

export function ActivityScreen() {
  const [days, setDays] = useState(14);
  const { summary, error, load } = useSummary(days);
  const today = summary?.perDay.at(-1)?.count ?? 0;

  return (
    <main className="mx-auto grid grid-cols-1 max-w-4xl gap-5 px-4 pt-8 pb-16 sm:pt-14">
      <header className="flex flex-wrap items-end justify-between gap-3">
        <div className="grid gap-1">
          <h1 className="wrap-anywhere text-balance font-semibold text-3xl tracking-tight">{app.title}</h1>
          <p className="text-muted">What happens in this app, as it happens.</p>
        </div>
        <fieldset className="flex gap-1 rounded-xl border border-line p-1">
          <legend className="sr-only">Period</legend>
          {PERIODS.map((period) => (
            <button
              key={period}
              type="button"
              aria-pressed={period === days}
              onClick={() => setDays(period)}
              className={`rounded-lg px-3 py-1.5 text-sm ${
                period === days ? 'bg-accent text-on-accent' : 'text-muted hover:text-ink'
              }`}
            >
              {period} days
            </button>
          ))}
        </fieldset>
      </header>
      <Notice message={error} />

      <dl className="grid grid-cols-3 gap-3">
        <Figure label="Events" value={summary?.total} />
        <Figure label="Visitors" value={summary?.visitors} />
        <Figure label="Today" value={summary && today} />
      </dl>

      {summary && <BarChart title="Events per day" bars={summary.perDay.map(asBar)} />}

      <div className="grid gap-5 md:grid-cols-2">
        {summary && <EventShares perName={summary.perName} />}
        {summary && <EventList events={summary.latest} />}
      </div>

      <button
        type="button"
        className="button w-fit"
        onClick={() => {
          track('button pressed', { where: 'dashboard' });
          setTimeout(load, 300);
        }}
      >
        Record a test event
      </button>
    </main>
  );
}

const asBar = ({ day, count }: Summary['perDay'][number]) => ({
  label: new Date(`${day}T12:00:00`).toLocaleDateString(undefined, { day: 'numeric', month: 'short' }),
  value: count,
});

/** The figures, and again every few seconds while the page is in sight. */
function useSummary(days: number) {
  const [summary, setSummary] = useState<Summary>();
  const [error, setError] = useState<string>();
  const load = useCallback(
    () =>
      api<Summary>('GET', `/activity?days=${days}`)
        .then((loaded) => {
          setSummary(loaded);
          setError(undefined);
        })
        .catch((reason: Error) => setError(reason.message)),
    [days],
  );
  useEffect(() => {
    load();
    const timer = setInterval(() => document.visibilityState === 'visible' && load(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [load]);
  return { summary, error, load };
}
