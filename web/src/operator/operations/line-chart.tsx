import { useEffect, useRef } from 'react';
import type uPlot from 'uplot';
import { drawChart } from '../../ui/chart.ts';
import type { Sample } from '../samples.ts';

const HEIGHT_PX = 88;
/** What a chart looks back on. */
const WINDOW_S = 300;

const clockFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const dataOf = (samples: readonly Sample[], of: (sample: Sample) => number): uPlot.AlignedData => [
  samples.map(({ at }) => at),
  samples.map(of),
];

const LOOK: Parameters<typeof drawChart>[1] = {
  height: HEIGHT_PX,
  padding: [6, 0, 0, 0],
  x: {
    // The line grows in from the right: nothing else moves while it does.
    range: (_chart, _min, max) => [(max ?? WINDOW_S) - WINDOW_S, max ?? WINDOW_S],
    axis: {
      size: 20,
      space: 90,
      values: (_chart, splits) => splits.map((at) => clockFormat.format(at * 1_000)),
    },
  },
  y: { space: 28 },
  series: { width: 1.5 },
};

/** One figure over the time this page has been open, and in words for whoever does not see the line. */
export const LineChart = ({
  name,
  samples,
  of,
  say,
}: {
  readonly name: string;
  readonly samples: readonly Sample[];
  readonly of: (sample: Sample) => number;
  readonly say: (value: number) => string;
}) => {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const latest = samples.at(-1);
  const most = Math.max(0, ...samples.map(of));

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const drawn = drawChart(element, LOOK, [[], []]);
    chart.current = drawn.chart;
    return drawn.end;
  }, []);

  useEffect(() => chart.current?.setData(dataOf(samples, of)), [samples, of]);

  return (
    <figure className="min-w-0">
      <figcaption className="flex justify-between gap-3 text-small">
        <span className="text-ink-2">{name}</span>
        <span className="tabular">{latest === undefined ? '–' : say(of(latest))}</span>
      </figcaption>
      <div
        ref={place}
        role="img"
        aria-label={
          latest === undefined
            ? `${name}: nothing yet`
            : `${name}: ${say(of(latest))} now, ${say(most)} at most`
        }
        style={{ height: `${HEIGHT_PX}px` }}
        className="mt-1 overflow-hidden"
      />
    </figure>
  );
};
