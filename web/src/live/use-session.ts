import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { liveTicket } from '../server/session.ts';
import { type Following, follow, type Outside, type Snapshot, type Socket } from './connection.ts';
import { foldSession } from './fold.ts';
import { keep, recall } from './kept.ts';
import { begin } from './sync.ts';

const openSocket = (): Socket => {
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/live`);
  return {
    send: (text) => socket.send(text),
    close: () => socket.close(),
    on: (handlers) => {
      socket.onopen = handlers === undefined ? null : handlers.open;
      socket.onmessage = handlers === undefined ? null : (event) => handlers.message(event.data);
      socket.onclose = handlers === undefined ? null : (event) => handlers.close(event.code);
    },
  };
};

const outside: Outside = {
  ticket: liveTicket,
  open: openSocket,
  fold: foldSession,
  later: (work, ms) => {
    const id = setTimeout(work, ms);
    return () => clearTimeout(id);
  },
  random: Math.random,
  now: Date.now,
};

/** At most one render a frame, however fast the text streams; a hidden page is not drawn, so it is told at once. */
const paced = (notify: () => void) => {
  let due: number | undefined;
  return {
    call: (): void => {
      if (document.hidden) {
        notify();
        return;
      }
      due ??= requestAnimationFrame(() => {
        due = undefined;
        notify();
      });
    },
    stop: (): void => {
      if (due !== undefined) cancelAnimationFrame(due);
    },
  };
};

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
