import type { ComparePositions } from './fold.ts';
import { Overtaken } from './overtaken.ts';
import type { EventFeed, ReadModels } from './ports.ts';

export type ProjectorLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
};

export type ProjectorDeps = {
  readonly feed: EventFeed;
  readonly readModels: ReadModels;
  readonly signal: AbortSignal;
  readonly log: ProjectorLog;
  readonly comparePositions: ComparePositions;
  /** How long a storage that failed is left alone. */
  readonly retryMs?: number;
  /** How long another server that keeps a table may take to come past an event, before it is taken to be gone. */
  readonly graceMs?: number;
  /** How often it looks what other servers have made of the tables they share. */
  readonly lookMs?: number;
  /** How long after the start who reads waits for the first table that serves. */
  readonly firstTableMs?: number;
};

const RETRY_MS = 1_000;

/** Two servers that keep the same table take turns at it: each soon, or the one that lost falls behind. */
const OVERTAKEN_SHARE = 0.1;
/** Where the other one is not done yet, every look costs reading the same events again: twice as long before each next. */
const LONGEST_SHARE = 5;
/** What went well for so long has nothing to do with what was before it. */
const ANOTHER_TIME_MS = 60_000;

/** Storage that fails is tried again, from the last checkpoint; nothing is skipped. What ends by itself is over. */
export const persistently = async (
  run: () => Promise<void>,
  { signal, log, retryMs = RETRY_MS }: Pick<ProjectorDeps, 'signal' | 'log' | 'retryMs'>,
  table: string,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<void> => {
  let underWay = 0;
  while (!signal.aborted) {
    const begunAt = performance.now();
    try {
      return await run();
    } catch (error) {
      if (isFinal(error)) throw error;
      const isOvertaken = error instanceof Overtaken;
      if (!isOvertaken)
        log.warn({ table, error: String(error) }, 'projection stopped; going on from its checkpoint');
      const isUnderWay = isOvertaken && error.isUnderWay;
      if (!isUnderWay || performance.now() - begunAt > ANOTHER_TIME_MS) underWay = 0;
      const share = Math.min(OVERTAKEN_SHARE * 2 ** underWay, LONGEST_SHARE);
      if (isUnderWay) underWay += 1;
      await pause(isOvertaken ? retryMs * share : retryMs, signal);
    }
  }
};

/** Shorter where the signal says so. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, signal.aborted ? 0 : ms);
    signal.addEventListener('abort', done, { once: true });
  });
