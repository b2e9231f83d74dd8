import { useEffect, useRef, useState } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import { explain } from '../../server/problem.ts';

/** Asks for a file to be renamed or deleted, and says what became of it: that is an event, which the view has. */
export const useChange = ({ save }: SessionView, onDone: () => void) => {
  const [asked, setAsked] = useState<string>();
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const latest = useRef(onDone);
  latest.current = onDone;

  useEffect(() => {
    if (asked === undefined || save?.saveId !== asked || save.status === 'saving') return;
    setAsked(undefined);
    if (save.status === 'saved') latest.current();
    else setProblem(save.error?.message ?? 'The file stays as it was. Try again.');
  }, [asked, save]);

  return {
    isBusy: asking || asked !== undefined,
    problem,
    run: async (ask: () => Promise<{ readonly saveId: string }>): Promise<void> => {
      setProblem(undefined);
      setAsking(true);
      try {
        setAsked((await ask()).saveId);
      } catch (error) {
        setProblem(explain(error));
      } finally {
        setAsking(false);
      }
    },
  };
};
