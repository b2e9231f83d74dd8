import { decideAbandon } from '../../domain/session/decide/life.ts';
import { toMakeRoom, whyAbandoned } from '../../domain/session/process-managers/idleness.ts';
import type { SessionState } from '../../domain/session/state.ts';
import { asking, type Context, causedBy } from './context.ts';
import { record } from './record.ts';

/** How soon another look is taken while more sandboxes are awake than should be, and all of them in use. */
const LOOK_AGAIN_MS = 30_000;

/** Ends what nobody uses any more, and says which sandboxes sleep so that others can run. */
export const createHousekeeping = (
  context: Context,
  stopped: AbortSignal,
  changed: (sessionId: string) => void,
) => {
  const { directory, presence, settings, clock } = context;
  let lookAgain: (() => void) | undefined;
  stopped.addEventListener('abort', () => lookAgain?.(), { once: true });

  /** Closes the session if it was abandoned; `true` where that is under way. */
  const endAbandoned = (state: SessionState): boolean => {
    const { sessionId } = state;
    const idling = asking(context, sessionId);
    if (whyAbandoned(state, idling) === undefined) return false;
    void record(
      context,
      sessionId,
      (current, now) => decideAbandon({ ...idling, now, presence: presence.of(sessionId) }, current),
      causedBy('janitor', `abandoned|${sessionId}|${state.lastActivityAt}`),
      stopped,
    );
    return true;
  };

  const makeRoom = (): void => {
    const { maxAwake: max } = settings;
    if (max === 0 || stopped.aborted) return;
    const crowded = toMakeRoom(directory.sessions(), presence.of, { now: clock.now(), max });
    presence.crowd(crowded);
    for (const sessionId of crowded) changed(sessionId);
    if (lookAgain !== undefined || awake() - crowded.length <= max) return;
    lookAgain = clock.after(LOOK_AGAIN_MS, () => {
      lookAgain = undefined;
      makeRoom();
    });
  };

  const awake = (): number => {
    let count = 0;
    for (const { status, sandbox } of directory.sessions())
      if (status === 'open' && sandbox.status === 'awake') count += 1;
    return count;
  };

  return { endAbandoned, makeRoom };
};

const CROWDS = new Set(['SandboxBooted', 'SandboxWoken']);

/** Whether there is one more awake than before. */
export const crowds = ({ type }: { readonly type: string }): boolean => CROWDS.has(type);
