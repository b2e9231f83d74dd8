import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { liveTicket } from '../server/session.ts';
import { type Following, follow, type Outside, type Snapshot } from './connection.ts';
import { foldSession } from './fold.ts';
import { drop, isOver, keep, recall } from './kept.ts';
import { paced } from './paced.ts';
import { browserNetwork } from './socket.ts';
import { begin } from './sync.ts';

const outside: Outside = { ...browserNetwork, ticket: liveTicket, fold: foldSession };

/** Follows the session while mounted; survives reloads, second tabs, lost networks and sleeping laptops. */
export const useSession = (session: string): Snapshot => {
  const [following, setFollowing] = useState<Following>();
  const idle = useRef<Snapshot>({
    sync: begin(session, recall(session)),
    link: { state: 'connecting', attempt: 0 },
  });

  useEffect(() => {
    const live = follow(session, outside, recall(session));
    setFollowing(live);
    // At once, and not when the tab is left: deleted in another one, or another browser.
    live.subscribe(() => isOver(live.get().sync) && drop(session));
    const save = (): void => keep(live.get().sync);
    const nudge = (): void => {
      if (document.visibilityState === 'visible') live.nudge();
      else save();
    };
    addEventListener('online', nudge);
    addEventListener('pagehide', save);
    document.addEventListener('visibilitychange', nudge);
    return () => {
      removeEventListener('online', nudge);
      removeEventListener('pagehide', save);
      document.removeEventListener('visibilitychange', nudge);
      save();
      live.close();
    };
  }, [session]);

  const subscribe = useCallback(
    (listener: () => void) => {
      if (following === undefined) return () => undefined;
      const pace = paced(listener);
      const leave = following.subscribe(pace.call);
      return () => {
        leave();
        pace.stop();
      };
    },
    [following],
  );
  return useSyncExternalStore(subscribe, () => following?.get() ?? idle.current);
};
