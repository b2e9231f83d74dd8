import type { AuditEvent, AuditPage } from '../../../../projections/views.ts';
import type { Place } from './source.ts';

/** A run of a log's events, in order and without a gap but for what the filter leaves out. */
export type Rows = {
  readonly events: readonly AuditEvent[];
  /** Revision of the log's last event; -1 before anything is known. */
  readonly head: number;
  /** Where to go on to older events; absent once the first one was looked at. */
  readonly older?: number;
  /** Everything below it has been looked at: where to go on to newer events. */
  readonly newer: number;
  readonly state: 'loading' | 'idle' | 'failed';
  readonly problem?: unknown;
};

/** Revisions are safe integers, so nothing is above this one. */
const END = Number.MAX_SAFE_INTEGER;
const PAGE = 200;
const NOTHING: Rows = { events: [], head: -1, newer: 0, state: 'loading' };

type ReadPage = (place: Place, limit: number, signal: AbortSignal) => Promise<AuditPage>;

/**
 * Reads a log a page at a time in either direction from where it was opened: at its end, or around one event. One
 * request at a time; a page may hold no match and still not be the last, so it goes on until it has one.
 */
export const createRows = (read: ReadPage, around?: number) => {
  let rows = NOTHING;
  let again = (): Promise<void> => open();
  let stop = new AbortController();
  const listeners = new Set<() => void>();

  const set = (next: Rows): void => {
    rows = next;
    for (const listener of listeners) listener();
  };

  const run = async (work: () => Promise<Rows>): Promise<void> => {
    set({ ...rows, state: 'loading' });
    again = () => run(work);
    const { signal } = stop;
    try {
      const next = await work();
      if (!signal.aborted) set({ ...next, head: Math.max(rows.head, next.head) });
    } catch (problem) {
      if (!signal.aborted) set({ ...rows, state: 'failed', problem });
    }
  };

  const backwards = async (before: number, kept: Rows): Promise<Rows> => {
    let next: number | undefined = before;
    let { head, newer } = kept;
    let found: readonly AuditEvent[] = [];
    while (next !== undefined && found.length === 0) {
      const page: AuditPage = await read({ before: next }, PAGE, stop.signal);
      found = page.events;
      // What is appended while this goes on is newer than where it began.
      if (next === END) newer = headOf(page) + 1;
      head = Math.max(head, headOf(page));
      next = page.previous;
    }
    return settled({ events: [...found, ...kept.events], head, newer }, next);
  };

  const forwards = async (kept: Rows): Promise<Rows> => {
    let { newer, head } = kept;
    let found: readonly AuditEvent[] = [];
    for (;;) {
      const page = await read({ from: newer }, PAGE, stop.signal);
      found = page.events;
      head = Math.max(head, headOf(page));
      newer = page.next ?? Math.max(newer, headOf(page) + 1);
      if (found.length > 0 || page.next === undefined) break;
    }
    return settled({ events: [...kept.events, ...found], head, newer }, kept.older);
  };

  const open = (): Promise<void> =>
    run(async () => {
      if (around === undefined) return backwards(END, NOTHING);
      const newest = await forwards({ ...NOTHING, newer: around });
      return around === 0 ? newest : backwards(around, newest);
    });

  return {
    /** Begins to read. It can be opened again after it was closed: React does so while developing. */
    open: (): void => {
      stop = new AbortController();
      void open();
    },
    get: (): Rows => rows,
    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Reads on towards the first event. */
    older: (): void => {
      const { older } = rows;
      if (rows.state === 'idle' && older !== undefined) void run(() => backwards(older, rows));
    },
    /** Reads on towards the end, or looks whether the log has gone on. */
    newer: (): void => {
      if (rows.state === 'idle') void run(() => forwards(rows));
    },
    /** The log is known to go on to there. */
    announce: (head: number): void => {
      if (head > rows.head) set({ ...rows, head });
    },
    retry: (): void => {
      if (rows.state === 'failed') void again();
    },
    close: (): void => stop.abort(),
  };
};
export type EventRows = ReturnType<typeof createRows>;

/** A server that has just started may not know the end of every log yet. */
const headOf = ({ head, events }: AuditPage): number => Math.max(head, events.at(-1)?.pos ?? -1);

const settled = (rows: Omit<Rows, 'state' | 'older'>, older: number | undefined): Rows => ({
  ...rows,
  state: 'idle',
  ...(older === undefined ? {} : { older }),
});
