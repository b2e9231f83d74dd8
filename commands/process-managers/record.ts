import type { SessionEvent } from '../../domain/session/events.ts';
import type { SessionState } from '../../domain/session/state.ts';
import type { Decide, Handled } from '../handler.ts';
import type { Cause } from '../journal.ts';
import type { Context } from './context.ts';

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 5_000;

/**
 * Appends what an effect achieved, for as long as it takes: what has been done outside must not be lost because the
 * disk was full for a minute. The ids stay the same over all tries. `undefined` when the domain refused, which is what
 * happens to an attempt that somebody else has taken over.
 */
export const record = async (
  { handlers, clock, log }: Context,
  sessionId: string,
  decide: Decide<SessionState, SessionEvent>,
  cause: Cause,
  stopped: AbortSignal,
): Promise<Handled<SessionState, SessionEvent> | undefined> => {
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, MAX_DELAY_MS)) {
    const result = await handlers.session(sessionId, decide, cause)();
    if (result._tag === 'Right') return result.right;
    if (result.left.tag === 'Refused' || stopped.aborted) return undefined;
    log.warn({ session: sessionId, reason: result.left.tag }, 'the log cannot be written; trying again');
    await new Promise<void>((resolve) => {
      const stop = (): void => {
        cancel();
        resolve();
      };
      const cancel = clock.after(delay, () => {
        stopped.removeEventListener('abort', stop);
        resolve();
      });
      stopped.addEventListener('abort', stop, { once: true });
    });
  }
};
