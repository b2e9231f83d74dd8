import { randomId } from '../../commands/identifiers.ts';
import { type Context, causedBy } from '../../commands/process-managers/context.ts';
import { decideKeepAwake } from '../../domain/session/decide/life.ts';

/** In the time after which a sandbox nobody uses sleeps, its use is said so often: one that is lost changes nothing. */
const TIMES = 3;
const HOUR_MS = 3_600_000;
const MOST = 10_000;

/**
 * Use of an app that only this process sees. Where it runs the process managers, they are told in memory; where it does
 * not, the log is, a few times an hour for each app that is used: no event for a request, and none for a tab that waits.
 */
export const createUse = (context: Context, { tellsLog }: { readonly tellsLog: boolean }) => {
  const { handlers, presence, settings, clock } = context;
  const { sleepAfterMs } = settings.life;
  const everyMs = sleepAfterMs > 0 ? sleepAfterMs / TIMES : HOUR_MS;
  const toldAt = new Map<string, number>();

  const tell = (sessionId: string): void => {
    const now = Date.parse(clock.now());
    if (now - (toldAt.get(sessionId) ?? 0) < everyMs) return;
    toldAt.delete(sessionId);
    toldAt.set(sessionId, now);
    if (toldAt.size > MOST) toldAt.delete(toldAt.keys().next().value ?? '');
    void handlers.session(
      sessionId,
      (state) => decideKeepAwake({ reason: 'its preview is used' }, state),
      causedBy('lifecycle', randomId()),
    )();
  };

  return (sessionId: string): void => {
    presence.touch(sessionId);
    if (tellsLog) tell(sessionId);
  };
};
