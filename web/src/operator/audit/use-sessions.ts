import { useCallback, useEffect, useRef, useState } from 'react';
import type { AuditSession, OpsState } from '../../../../projections/views.ts';
import { isSignedOut, operatorApi } from '../api.ts';

type Found = {
  readonly sessions: readonly AuditSession[];
  readonly total: number | undefined;
  readonly next?: string;
};

/** The sessions that fit, a page at a time; what was found stays until the next answer is here. */
export const useSessions = (query: string, state: OpsState | '', onSignedOut: () => void) => {
  const [found, setFound] = useState<Found>({ sessions: [], total: undefined });
  const [problem, setProblem] = useState<unknown>();
  const [loading, setLoading] = useState(true);
  const stop = useRef(new AbortController());

  const read = useCallback(
    async (before: readonly AuditSession[], cursor?: string): Promise<void> => {
      stop.current.abort();
      const mine = new AbortController();
      stop.current = mine;
      setLoading(true);
      try {
        const page = await operatorApi.sessions(query, state, cursor, mine.signal);
        if (mine.signal.aborted) return;
        setFound({
          sessions: [...before, ...page.sessions],
          total: page.total,
          ...(page.next === undefined ? {} : { next: page.next }),
        });
        setProblem(undefined);
      } catch (error) {
        if (mine.signal.aborted) return;
        if (isSignedOut(error)) onSignedOut();
        setProblem(error);
      }
      setLoading(false);
    },
    [query, state, onSignedOut],
  );
  useEffect(() => {
    void read([]);
    return () => stop.current.abort();
  }, [read]);

  const more = (): void => void read(found.sessions, found.next);
  return { ...found, problem, loading, hasMore: found.next !== undefined, more };
};
