import { useCallback, useEffect, useState } from 'react';
import { explain } from '../../server/problem.ts';
import type { OldVersion } from '../../server/types.ts';
import { useVisiblePoll } from '../../ui/use-visible-poll.ts';
import { useSessionApi } from '../session-api.ts';

const LOOK_EVERY_MS = 800;
const SEEN_EVERY_MS = 15_000;

/** A version opened for as long as it is looked at, and how far that has come. */
export const useOldVersion = (sha: string) => {
  const api = useSessionApi();
  const [shown, setShown] = useState<OldVersion>({ state: 'opening' });
  const [problem, setProblem] = useState<string>();

  const open = useCallback(async (): Promise<void> => {
    setShown({ state: 'opening' });
    setProblem(undefined);
    try {
      setShown(await api.openVersion(sha));
    } catch (error) {
      setProblem(explain(error));
    }
  }, [api, sha]);
  useEffect(() => void open(), [open]);

  useVisiblePoll(
    async (signal) => {
      if (problem !== undefined || shown.state === 'closed' || shown.state === 'failed') return;
      const now = await api.version(signal).catch(() => undefined);
      if (now === undefined || signal.aborted) return;
      // Another tab looks at another one: there is one at a time.
      setShown(now.commit === undefined || now.commit === sha ? now : { state: 'closed' });
    },
    shown.state === 'opening' ? LOOK_EVERY_MS : SEEN_EVERY_MS,
  );
  return { shown, problem, open };
};
