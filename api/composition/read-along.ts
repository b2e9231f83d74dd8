import type { Context } from '../../commands/process-managers/context.ts';
import { followDrafts } from '../../commands/turns/drafts.ts';
import type { Application } from '../application.ts';
import type { startHub } from './hub.ts';
import type { Reach } from './reach.ts';

type Hub = Pick<ReturnType<typeof startHub>, 'onEvent' | 'onVolatile'>;
type TurnStarted = { readonly turnId: string; readonly attemptId: string; readonly promptId?: string };

/**
 * Text that is still growing, where turns run in other processes: read along from the sandbox for as long as somebody here
 * watches the session, once for all of them.
 */
export const readingAlong = (context: Context, hub: Hub, reach: Reach): Application['live']['onVolatile'] => {
  const watched = new Map<string, { listeners: number; readonly stop: () => void }>();

  const watch = (sessionId: string): { listeners: number; readonly stop: () => void } => {
    const drafts = followDrafts(context, reach, sessionId);
    const stopEvents = hub.onEvent(sessionId, ({ type, data }) => {
      if (type === 'TurnStarted') drafts.begin(data as TurnStarted);
    });
    drafts.look();
    return {
      listeners: 0,
      stop: () => {
        stopEvents();
        drafts.stop();
      },
    };
  };

  return (sessionId, listener) => {
    const stopTexts = hub.onVolatile(sessionId, listener);
    const mine = watched.get(sessionId) ?? watch(sessionId);
    watched.set(sessionId, mine);
    mine.listeners += 1;
    return () => {
      stopTexts();
      mine.listeners -= 1;
      if (mine.listeners > 0) return;
      mine.stop();
      watched.delete(sessionId);
    };
  };
};
