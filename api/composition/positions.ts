/**
 * SQLite positions are decimal text of a number that grows by one with each event; KurrentDB's are of one width, with
 * their commit position first. A log holds one kind only.
 */
export const comparePositions = (a: string, b: string): number =>
  a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** What `countUpTo` counts: KurrentDB says no number that grows by one. */
export const unitOf = (position: string): 'events' | 'bytes' => (position.includes('/') ? 'bytes' : 'events');

/** How much of the log there is up to a position: in events, in KurrentDB in bytes. */
export const countUpTo = (position: string): number => Number(position.split('/', 1)[0]);
