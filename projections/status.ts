import type { Table } from './ports.ts';

export type TableStatus = Pick<Table, 'version' | 'generation'> & {
  readonly table: string;
  /** Events of the log that are not in it yet. */
  readonly behind: number;
  /** False where only another release has the code for its version: it stays as it is. */
  readonly followed: boolean;
};

export type BuildStatus = Pick<Table, 'version' | 'generation'> & {
  readonly table: string;
  /** `waiting` for another rebuild to end; `refused` until a release that knows every event takes it up. */
  readonly state: 'waiting' | 'running' | 'refused';
  /** Events of the log that are in it, and all there are. */
  readonly done: number;
  readonly total: number;
  readonly eventsPerSecond: number;
  readonly secondsLeft?: number;
  /** Events that were in it already when it was taken up: after a crash, or to go back to it. */
  readonly resumedAt: number;
  /** Set on `refused`: what is in the way, and what to do. */
  readonly reason?: string;
};

/** How a projection stands, as the operator sees it. */
export type ProjectionStatus = {
  readonly name: string;
  /** Of the code that runs. */
  readonly version: number;
  /** Set where what is counted of the log is its bytes, as in KurrentDB, and not its events. */
  readonly unit?: 'bytes';
  readonly serving?: TableStatus;
  /** The one that served before. */
  readonly kept?: TableStatus;
  readonly building?: BuildStatus;
  /** An operator went back to an older version: it serves until the next rebuild. */
  readonly pinned: boolean;
  /** Events passed over because this release does not know their type, since it started. */
  readonly unknownEvents: Readonly<Record<string, number>>;
};
