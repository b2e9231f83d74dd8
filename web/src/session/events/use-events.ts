import { useCallback, useEffect, useRef, useState } from 'react';
import type { PublicEvent } from '../../../../projections/live.ts';
import { explain } from '../../server/problem.ts';
import { useSessionApi } from '../session-api.ts';

const PAGE = 200;

/** The newest events up to `head`, kept up with it, and older ones a page at a time. Newest last, without gaps. */
export const useEvents = (head: number) => {
  const api = useSessionApi();
  const [events, setEvents] = useState<readonly PublicEvent[]>([]);
  const [problem, setProblem] = useState<string>();
  const [round, setRound] = useState(0);
  const have = useRef<readonly PublicEvent[]>([]);
  const first = events[0]?.pos ?? 0;

  const add = useCallback((page: readonly PublicEvent[]): void => {
    const byPos = new Map([...have.current, ...page].map((event) => [event.pos, event]));
    have.current = [...byPos.values()].toSorted((a, b) => a.pos - b.pos);
    setEvents(have.current);
    setProblem(undefined);
  }, []);

  useEffect(() => {
    const stop = new AbortController();
    const last = have.current.at(-1)?.pos;
    const from = last === undefined ? Math.max(0, head - PAGE + 1) : last + 1;
    if (head < 0 || from > head || round < 0) return;
    api
      .events(from, PAGE, stop.signal)
      .then((page) => {
        if (stop.signal.aborted) return;
        add(page.events);
        // More happened meanwhile than fits one page.
        if (page.events.length === PAGE) setRound((count) => count + 1);
      })
      .catch((error: unknown) => {
        if (!stop.signal.aborted) setProblem(explain(error));
      });
    return () => stop.abort();
  }, [api, add, head, round]);

  const older = useCallback(async (): Promise<void> => {
    const from = Math.max(0, first - PAGE);
    try {
      add((await api.events(from, first - from)).events);
    } catch (error) {
      setProblem(explain(error));
    }
  }, [api, add, first]);

  return { events, problem, hasOlder: first > 0, older };
};
