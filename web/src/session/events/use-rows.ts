import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { type EventFilter, isSameFilter } from './filter.ts';
import { createRows, type EventRows, type Rows } from './rows.ts';
import type { HistorySource } from './source.ts';

export type OpenRows = {
  readonly rows: Rows;
  readonly store: EventRows;
  /** The event it was opened around; its end where there is none. */
  readonly around: number | undefined;
  /** Opens it anew. */
  readonly openAt: (around: number | undefined) => void;
};

/** A log, opened at its end or around an event, and again whenever the filter changes. */
export const useRows = (source: HistorySource, filter: EventFilter, first: number | undefined): OpenRows => {
  const [place, setPlace] = useState<{ readonly around: number | undefined }>({ around: first });
  // Another object that says the same is no reason to read the log again.
  const [kept, setKept] = useState(filter);
  if (!isSameFilter(kept, filter)) setKept(filter);
  const store = useMemo(
    () => createRows((at, limit, signal) => source.page(at, limit, kept, signal), place.around),
    [source, kept, place],
  );
  useEffect(() => {
    store.open();
    return store.close;
  }, [store]);

  const rows = useSyncExternalStore(store.subscribe, store.get);
  const shown = useRef({ rows, store, around: place.around });
  // What was there stays until there is something else, so that nothing flickers.
  if (rows.events.length > 0 || rows.state !== 'loading')
    shown.current = { rows, store, around: place.around };
  const openAt = (around: number | undefined): void => setPlace({ around });
  return { ...shown.current, openAt };
};
