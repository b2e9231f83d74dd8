import type { HistoryView } from '../../../../projections/history-views.ts';

/** Where a version is drawn: its row from the top, newest first, and its lane from the left. */
export type Spot = { readonly sha: string; readonly row: number; readonly lane: number };
/** A line from a version up to one that was made from it. */
export type Line = { readonly from: Spot; readonly to: Spot };
export type Lanes = {
  readonly spots: readonly Spot[];
  readonly lines: readonly Line[];
  readonly width: number;
};

/** Lanes that are drawn beside each other; more of them share the last one. */
export const MOST_LANES = 6;

/**
 * The tree as lanes: the first turn made from a version goes on in its lane, every other one begins another. The template
 * is the last row.
 */
export const lanesOf = ({ root, commits }: Pick<HistoryView, 'root' | 'commits'>): Lanes => {
  const spots = new Map<string, Spot>([[root, { sha: root, row: commits.length, lane: 0 }]]);
  const continued = new Set<string>();
  let lanes = 1;
  const lines: Line[] = [];
  for (const [index, { sha, parent }] of commits.entries()) {
    const from = spots.get(parent);
    const goesOn = from !== undefined && !continued.has(parent);
    const lane = goesOn ? from.lane : Math.min(lanes, MOST_LANES - 1);
    if (goesOn) continued.add(parent);
    else lanes += 1;
    const to = { sha, row: commits.length - 1 - index, lane };
    spots.set(sha, to);
    if (from !== undefined) lines.push({ from, to });
  }
  return {
    spots: [...spots.values()].toSorted((a, b) => a.row - b.row),
    lines,
    width: Math.min(lanes, MOST_LANES),
  };
};
