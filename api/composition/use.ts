import { isRight } from 'fp-ts/lib/Either.js';
import { randomId } from '../../commands/identifiers.ts';
import { type Context, causedBy } from '../../commands/process-managers/context.ts';
import { decideKeepAwake, decideNoteUse } from '../../domain/session/decide/life.ts';
import { isUseUnsaid, saidUsedAt } from '../../domain/session/process-managers/idleness.ts';

/** In the time after which a sandbox nobody uses sleeps, its use is said so often: one that is lost changes nothing. */
const TIMES = 3;
const HOUR_MS = 3_600_000;
const MOST = 10_000;
/** How soon a log that could not be written is told again. */
const AGAIN_MS = 10_000;

/**
 * Use of an app that only this process sees: no event for a request, and none for a tab that waits. Process managers of
 * this process are told in memory. What memory does not outlive, and other processes do not share, the log is told:
 *
 * - where others run the process managers, a few times an hour, that its sandbox is to stay awake;
 * - everywhere, a few times a day, that it is not abandoned: also of a quick page, and of an app that sleeps.
 */
export const createUse = (context: Context, { tellsLog }: { readonly tellsLog: boolean }) => {
  const { handlers, directory, presence, settings, clock } = context;
  const { life } = settings;
  const everyMs = life.sleepAfterMs > 0 ? life.sleepAfterMs / TIMES : HOUR_MS;
  const toldAt = new Map<string, number>();
  const saying = new Set<string>();

  const keepAwake = (sessionId: string): void => {
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

  const keep = (sessionId: string): void => {
    const state = directory.session(sessionId);
    if (state === undefined || saying.has(sessionId)) return;
    if (!isUseUnsaid(state, { now: clock.now(), policy: life })) return;
    saying.add(sessionId);
    const sayAgain = () => saying.delete(sessionId);
    void handlers
      .session(
        sessionId,
        (current, now) => decideNoteUse({ now, policy: life }, current),
        causedBy('lifecycle', `used|${sessionId}|${saidUsedAt(state)}`),
      )()
      .then((said) => (isRight(said) ? sayAgain() : clock.after(AGAIN_MS, sayAgain)));
  };

  return (sessionId: string): void => {
    presence.touch(sessionId);
    if (tellsLog) keepAwake(sessionId);
    keep(sessionId);
  };
};
