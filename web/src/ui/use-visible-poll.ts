import { useEffect, useRef } from 'react';

/** Runs `work` at once and then every `everyMs`, only while the page is looked at, never two at a time. */
export const useVisiblePoll = (work: (signal: AbortSignal) => Promise<void>, everyMs: number): void => {
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let busy = false;
    const round = async (): Promise<void> => {
      clearTimeout(timer);
      if (busy || document.hidden || stop.signal.aborted) return;
      busy = true;
      await latest.current(stop.signal);
      busy = false;
      if (!stop.signal.aborted) timer = setTimeout(() => void round(), everyMs);
    };
    const look = (): void => void round();
    document.addEventListener('visibilitychange', look);
    look();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [everyMs]);
};
