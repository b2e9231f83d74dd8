/** SQLite positions are decimal text of a number that grows by one with each event. */
export const comparePositions = (a: string, b: string): number =>
  a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

export const countUpTo = (position: string): number => Number(position);
