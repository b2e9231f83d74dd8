import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

/** The colours of the theme that is on: a canvas does not know style sheets. */
const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const AXIS = {
  stroke: () => colour('--ink-3'),
  grid: { stroke: () => colour('--line'), width: 1 },
  ticks: { show: false },
  font: '11px "Hanken Grotesk", system-ui, sans-serif',
};

type Look = {
  readonly height: number;
  readonly padding: uPlot.Padding;
  readonly x: { readonly range: uPlot.Scale.Range; readonly axis: uPlot.Axis };
  readonly y: uPlot.Axis;
  readonly series: uPlot.Series;
};

/** One series from 0 up, without a legend or a cursor: what it says stands beside it in words. */
const optionsFor = (width: number, { height, padding, x, y, series }: Look): uPlot.Options => ({
  width,
  height,
  padding,
  legend: { show: false },
  cursor: { show: false },
  scales: {
    x: { range: x.range },
    y: { range: (_chart, _min, max) => [0, Math.max(1, (max ?? 0) * 1.1)] },
  },
  axes: [
    { ...AXIS, grid: { show: false }, ...x.axis },
    { ...AXIS, size: 34, ...y },
  ],
  series: [
    {},
    {
      stroke: () => colour('--alive'),
      fill: () => colour('--alive-soft'),
      points: { show: false },
      ...series,
    },
  ],
});

export const barColour = (): string => colour('--alive');

/** Draws into an element for as long as it is wanted, as wide as that is and in the theme that is on. */
export const drawChart = (
  element: HTMLElement,
  look: Look,
  data: uPlot.AlignedData,
): { readonly chart: uPlot; readonly end: () => void } => {
  const chart = new uPlot(optionsFor(element.clientWidth, look), data, element);
  const sizes = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: look.height }));
  sizes.observe(element);
  const themes = new MutationObserver(() => chart.redraw());
  themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return {
    chart,
    end: () => {
      sizes.disconnect();
      themes.disconnect();
      chart.destroy();
    },
  };
};
