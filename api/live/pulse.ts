/** What a line takes from one beat to the next that still counts as one that receives: with a beat of 15 s, 70 kbit/s. */
const TAKEN_IN_A_BEAT = 128 * 1024;
/** Nobody is waited for longer, whatever is on its way: one who takes next to nothing is gone as well. */
const MOST_BEATS = 16;

/**
 * Whether the other end of a socket is still there, which a ping finds out. What was sent before the ping stands before
 * it on a slow line, so its answer may take as many beats more as that needs.
 */
export const createPulse = (ping: () => void) => {
  let sent = 0;
  let beatsLeft = 0;
  let isAnswered = true;
  return {
    sent: (chars: number): void => {
      sent += chars;
    },
    answered: (): void => {
      isAnswered = true;
    },
    /** False where the other end has been silent for too long. */
    beat: (): boolean => {
      if (!isAnswered) {
        beatsLeft -= 1;
        return beatsLeft >= 0;
      }
      isAnswered = false;
      beatsLeft = Math.min(MOST_BEATS, Math.floor(sent / TAKEN_IN_A_BEAT));
      sent = 0;
      ping();
      return true;
    },
  };
};

export type Pulse = ReturnType<typeof createPulse>;
