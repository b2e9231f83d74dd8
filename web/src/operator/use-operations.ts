import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { paced } from '../live/paced.ts';
import { browserNetwork } from '../live/socket.ts';
import { useVisiblePoll } from '../ui/use-visible-poll.ts';
import { isSignedOut, operatorApi } from './api.ts';
import { followTopics, NOTHING_YET, type Operations, type Topics } from './topics.ts';

const POLL_MS = 3_000;
/** The installation, live; asked for now and then for as long as the websocket does not hold. */
export const useOperations = (
  onSignedOut: () => void,
): { readonly operations: Operations; readonly told: Topics['told'] } => {
  const [topics, setTopics] = useState<Topics>();

  useEffect(() => {
    const ticket = async () => {
      try {
        return await operatorApi.ticket();
      } catch (error) {
        if (isSignedOut(error)) onSignedOut();
        throw error;
      }
    };
    const following = followTopics({ ...browserNetwork, ticket });
    setTopics(following);
    const nudge = (): void => {
      if (document.visibilityState === 'visible') following.nudge();
    };
    addEventListener('online', nudge);
    document.addEventListener('visibilitychange', nudge);
    return () => {
      removeEventListener('online', nudge);
      document.removeEventListener('visibilitychange', nudge);
      following.close();
    };
  }, [onSignedOut]);

  useVisiblePoll(async (signal) => {
    const { by, link } = topics?.get() ?? NOTHING_YET;
    if (by === 'live' || link.attempt === 0) return;
    try {
      topics?.polled(await operatorApi.report(signal));
    } catch (error) {
      if (isSignedOut(error)) onSignedOut();
    }
  }, POLL_MS);

  const subscribe = useCallback(
    (listener: () => void) => {
      if (topics === undefined) return () => undefined;
      const pace = paced(listener);
      const leave = topics.subscribe(pace.call);
      return () => {
        leave();
        pace.stop();
      };
    },
    [topics],
  );
  const operations = useSyncExternalStore(subscribe, () => topics?.get() ?? NOTHING_YET);
  return { operations, told: (status) => topics?.told(status) };
};
