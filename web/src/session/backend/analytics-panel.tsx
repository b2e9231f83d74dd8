import { lazy, Suspense } from 'react';
import { Scroll } from '../../ui/scroll.tsx';
import { ago, useNow } from '../../ui/time.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { useSessionApi } from '../session-api.ts';
import { Empty, Panel } from './panel.tsx';

const EventsChart = lazy(async () => ({ default: (await import('./events-chart.tsx')).EventsChart }));

const SHOWN = 50;

/** What the app's own analytics have counted. */
export const AnalyticsPanel = ({ moment }: { readonly moment: string }) => {
  const api = useSessionApi();
  const analytics = useLoaded(api.analytics, moment);
  const now = useNow(30_000);
  return (
    <Panel title="Analytics" loaded={analytics}>
      {({ events, recent, days }) => {
        const most = Math.max(1, ...events.map(({ count }) => count));
        const latest = recent.slice(0, SHOWN).map((item, number) => ({ ...item, number }));
        if (events.length === 0) return <Empty>Your app has not recorded any event yet.</Empty>;
        return (
          <div className="space-y-6">
            <Suspense fallback={<div className="h-48 rounded-xl border border-line" />}>
              <EventsChart days={days} />
            </Suspense>
            <ul className="space-y-2 text-small">
              {events.map(({ event, count }) => (
                <li key={event} className="grid grid-cols-[10rem_1fr_3rem] items-center gap-3">
                  <span className="truncate font-mono text-[0.75rem]">{event}</span>
                  <span aria-hidden="true" className="h-2 rounded-full bg-sunken">
                    <span
                      className="block h-full rounded-full bg-alive"
                      style={{ width: `${(count / most) * 100}%` }}
                    />
                  </span>
                  <span className="text-right tabular">{count}</span>
                </li>
              ))}
            </ul>
            <div>
              <h3 className="mb-2 font-medium">Latest</h3>
              <Scroll label="Latest events" className="max-h-80 rounded-xl border border-line">
                <ul className="divide-y divide-line text-small">
                  {latest.map(({ number, event, at }) => (
                    <li key={number} className="flex justify-between gap-3 px-4 py-2">
                      <span className="font-mono text-[0.75rem]">{event}</span>
                      <span className="text-ink-3">{ago(at, now)}</span>
                    </li>
                  ))}
                </ul>
              </Scroll>
            </div>
          </div>
        );
      }}
    </Panel>
  );
};
