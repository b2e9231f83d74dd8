import type { Clock } from '../ports/clock.ts';

/** How a session is looked at again by whoever has just worked on it. */
export type Looks = {
  /** Now: what is known of it, or of what may begin in it, is another. */
  readonly changed: (sessionId: string) => void;
  /**
   * What was due here is not due in the log: the event that made it so is on its way, and brings the next look itself.
   * Asking at once would only be refused again, and two who do so keep each other, and the event, from ever getting on.
   */
  readonly outOfDate: (sessionId: string) => void;
};

/** In case what was refused was refused for another reason: time has passed, or somebody was seen. */
const LOOK_AGAIN_MS = 500;

/** One look a moment from now, however often it is asked for until then. */
export const createLater = (
  clock: Pick<Clock, 'after'>,
  look: (sessionId: string) => void,
): ((sessionId: string) => void) => {
  const waiting = new Set<string>();
  return (sessionId) => {
    if (waiting.has(sessionId)) return;
    waiting.add(sessionId);
    clock.after(LOOK_AGAIN_MS, () => {
      waiting.delete(sessionId);
      look(sessionId);
    });
  };
};
