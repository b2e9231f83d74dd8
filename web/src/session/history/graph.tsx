import type { Lanes, Spot } from './lanes.ts';
import type { Place } from './lines.ts';

/** Height of a row of the list beside it, in pixels: both are drawn to it. */
export const ROW = 68;
const LANE = 20;
const LEFT = 12;

const x = ({ lane }: Spot): number => LEFT + lane * LANE;
const y = ({ row }: Spot): number => row * ROW + ROW / 2;

/** Straight up in its lane; out of another it leaves with a bend just above where it comes from. */
const path = (from: Spot, to: Spot): string =>
  from.lane === to.lane
    ? `M${x(from)} ${y(from)}V${y(to)}`
    : `M${x(from)} ${y(from)}C${x(from)} ${y(from) - ROW * 0.6} ${x(to)} ${y(from) - ROW * 0.4} ${x(to)} ${y(from) - ROW}V${y(to)}`;

const Dot = ({ spot, place }: { readonly spot: Spot; readonly place: Place }) => {
  const at = { cx: x(spot), cy: y(spot) };
  if (place === 'here')
    return (
      <>
        <circle {...at} r={11} className="fill-alive-soft" />
        <circle {...at} r={6} className="fill-alive" />
      </>
    );
  return place === 'behind' ? (
    <circle {...at} r={5} className="fill-ink" />
  ) : (
    <circle {...at} r={5} strokeWidth={2} className="fill-surface stroke-control" />
  );
};

export const graphWidth = (lanes: number): number => LEFT * 2 + (lanes - 1) * LANE;

/** The branches, drawn beside the list of versions. What leads to where the code is now is drawn solid. */
export const Graph = ({
  lanes,
  placeOf,
}: {
  readonly lanes: Lanes;
  readonly placeOf: (sha: string) => Place;
}) => {
  const isSolid = (sha: string): boolean => placeOf(sha) === 'here' || placeOf(sha) === 'behind';
  return (
    <svg
      aria-hidden="true"
      width={graphWidth(lanes.width)}
      height={lanes.spots.length * ROW}
      className="pointer-events-none absolute top-0 left-0"
    >
      {lanes.lines
        .toSorted((a, b) => Number(isSolid(a.to.sha)) - Number(isSolid(b.to.sha)))
        .map(({ from, to }) => (
          <path
            key={to.sha}
            d={path(from, to)}
            fill="none"
            strokeWidth={2}
            strokeDasharray={isSolid(to.sha) ? undefined : '3 4'}
            className={isSolid(to.sha) ? 'stroke-ink' : 'stroke-control'}
          />
        ))}
      {lanes.spots.map((spot) => (
        <Dot key={spot.sha} spot={spot} place={placeOf(spot.sha)} />
      ))}
    </svg>
  );
};
