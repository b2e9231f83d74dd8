import { lazy, type ReactNode, Suspense } from 'react';
import type { ProcessFacts } from '../../../../projections/views.ts';
import { StatusDot } from '../../ui/status-dot.tsx';
import { ago, duration, useNow } from '../../ui/time.ts';
import { Card } from '../card.tsx';
import type { Sample } from '../samples.ts';
import { bytes, count, ofLog } from './numbers.ts';

const LineChart = lazy(async () => ({ default: (await import('./line-chart.tsx')).LineChart }));

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <>
    <dt className="text-ink-3">{name}</dt>
    <dd className="text-right tabular">{children}</dd>
  </>
);

const rate = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} a second`;

/** How fast the log grows, as its store counts it; kilobytes, since the axis has no room for more digits. */
const GROWTH = {
  events: { name: 'Events recorded', of: ({ eventsPerSecond }: Sample) => eventsPerSecond, say: rate },
  bytes: {
    name: 'Log grows',
    of: ({ eventsPerSecond }: Sample) => eventsPerSecond / 1_024,
    say: (kilobytes: number) => `${ofLog(kilobytes * 1_024, 'bytes')} a second`,
  },
} as const;

/** The server itself: its log, its memory, and whether it keeps up. */
export const ProcessCard = ({
  process,
  samples,
  className,
}: {
  readonly process: ProcessFacts;
  readonly samples: readonly Sample[];
  readonly className?: string;
}) => {
  const now = useNow(30_000);
  const { store, eventLoopDelayMs: late } = process;
  const { done, failed, took } = store.appends;
  return (
    <Card
      id="process"
      title="Server"
      about="While this page is open; the server samples itself every two seconds."
      className={className ?? ''}
    >
      <div className="grid gap-4 @xl:grid-cols-2">
        <Suspense fallback={<div className="h-28" />}>
          <LineChart {...GROWTH[store.unit ?? 'events']} samples={samples} />
          <LineChart
            name="Event loop late, p99"
            samples={samples}
            of={({ lateMs }) => lateMs}
            say={duration}
          />
        </Suspense>
      </div>
      <dl className="mt-4 grid grid-cols-[auto_1fr] gap-x-4 border-t border-line pt-3 text-small @xl:grid-cols-[auto_1fr_auto_1fr] @xl:gap-x-6">
        <Fact name="log">
          <span className="inline-flex items-center gap-2">
            <StatusDot tone={store.state === 'up' ? 'alive' : 'bad'} />
            {store.state === 'up' ? 'writable' : 'cannot be written'}
          </span>
        </Fact>
        <Fact name={store.unit === 'bytes' ? 'log size' : 'events'}>{ofLog(store.events, store.unit)}</Fact>
        <Fact name="appends">
          {count(done)}
          {failed === 0 ? '' : `, ${count(failed)} failed`}
        </Fact>
        <Fact name="append, p99">{took.p99 === undefined ? '–' : duration(took.p99)}</Fact>
        <Fact name="memory">{bytes(process.rssBytes)}</Fact>
        <Fact name="heap">{bytes(process.heapUsedBytes)}</Fact>
        <Fact name="longest stall">{duration(late.max)}</Fact>
        <Fact name="started">{ago(process.startedAt, now)}</Fact>
        <Fact name="Node">{process.node}</Fact>
      </dl>
    </Card>
  );
};
