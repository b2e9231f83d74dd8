import { useCallback, useRef, useState } from 'react';
import { explain } from '../server/problem.ts';

/** A button's request: one at a time, with its problem as a sentence for the place where it was pressed. */
export const useCommand = <Args extends readonly unknown[]>(work: (...args: Args) => Promise<unknown>) => {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const running = useRef(false);
  const latest = useRef(work);
  latest.current = work;

  const run = useCallback(async (...args: Args): Promise<boolean> => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setProblem(undefined);
    try {
      await latest.current(...args);
      return true;
    } catch (error) {
      setProblem(explain(error));
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return { run, busy, problem };
};
