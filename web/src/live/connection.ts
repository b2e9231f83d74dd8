import { CLOSE, type ServerFrame } from '../../../projections/live.ts';
import { connectLink, type LinkState, type Network } from './link.ts';
import { begin, disconnect, type Fold, receive, type Sync, type Views } from './sync.ts';

export type Outside = Network & { readonly fold: Fold };
export type Snapshot = { readonly sync: Sync; readonly link: LinkState };
export type Kept = { readonly epoch: string; readonly pos: number; readonly views: Views };

/** Follows one session for as long as the page is open: connects, resumes from its position, reconnects. */
export const follow = (session: string, outside: Outside, kept?: Kept) => {
  let snapshot: Snapshot = { sync: begin(session, kept), link: { state: 'connecting', attempt: 0 } };
  const listeners = new Set<() => void>();
  const set = (next: Partial<Snapshot>): void => {
    snapshot = { ...snapshot, ...next };
    for (const listener of listeners) listener();
  };

  const link = connectLink<ServerFrame>(outside, {
    hear: (frame, say) => {
      const step = receive(outside.fold, snapshot.sync, frame);
      set({ sync: step.sync });
      for (const answer of step.send) say(answer);
      if (step.sync.phase === 'gone') return 'over';
      return step.sync.phase === 'live' ? 'steady' : 'unproven';
    },
    lost: (code) => {
      const sync = disconnect(snapshot.sync);
      const gone = code === CLOSE.notFound || sync.phase === 'gone';
      set({ sync: gone ? { ...sync, phase: 'gone' } : sync });
      return gone ? 'over' : 'again';
    },
    changed: (state) => set({ link: state }),
  });

  return {
    get: (): Snapshot => snapshot,
    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    nudge: link.nudge,
    close: (): void => {
      link.close();
      listeners.clear();
    },
  };
};
export type Following = ReturnType<typeof follow>;
