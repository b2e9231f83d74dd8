import type { Presence } from '../../domain/session/process-managers/idleness.ts';
import type { Clock } from '../ports/clock.ts';

/** Sessions remembered; each costs a short string. */
const MOST = 10_000;

/**
 * What this process has seen of sessions without the log saying so: requests to previews are far too many for an event
 * each. Lost at a restart, and so are the sandboxes' processes: what is used again then wakes, which is an event. So that
 * nothing is ended that was used before, the log is told now and then (`AppUsed`).
 */
export const createPresences = (clock: Pick<Clock, 'now'>) => {
  const seen = new Map<string, string>();
  let crowded: ReadonlySet<string> = new Set();
  return {
    touch: (sessionId: string): void => {
      seen.delete(sessionId);
      seen.set(sessionId, clock.now());
      if (seen.size > MOST) seen.delete(seen.keys().next().value ?? '');
    },
    /** These are the ones that make room, until told otherwise. */
    crowd: (sessionIds: readonly string[]): void => {
      crowded = new Set(sessionIds);
    },
    of: (sessionId: string): Presence => {
      const seenAt = seen.get(sessionId);
      return { crowded: crowded.has(sessionId), ...(seenAt === undefined ? {} : { seenAt }) };
    },
  };
};

export type Presences = ReturnType<typeof createPresences>;
