import type { Topic } from '../../projections/live.ts';
import type { Application } from '../application.ts';

/** Whoever watches a topic: takes a frame, or says that there is no room for one now. */
type Watcher = (text: string) => boolean;

export type Topics = {
  /** Has the whole of it sent at once, and again after changes; returns the end of that. */
  readonly watch: (topic: Topic, watcher: Watcher) => () => void;
};

/** Four frames a second are more than a person can follow. */
const EVERY_MS = 250;

/**
 * What operators watch, read once for all of them and only while somebody does. Every frame holds everything: whoever
 * has no room for one gets the newest as soon as there is.
 */
export const createTopics = (
  app: Pick<Application, Topic>,
  onError: (error: unknown) => void,
  everyMs = EVERY_MS,
): Topics => {
  const topics = {
    pool: createTopic('pool', app.pool, { everyMs, onError }),
    ops: createTopic('ops', app.ops, { everyMs, onError }),
    projections: createTopic('projections', app.projections, { everyMs, onError }),
  };
  return { watch: (topic, watcher) => topics[topic].watch(watcher) };
};

const createTopic = (
  topic: Topic,
  read: () => Promise<unknown>,
  { everyMs, onError }: { readonly everyMs: number; readonly onError: (error: unknown) => void },
) => {
  /** With the frame each of them was given last. */
  const watchers = new Map<Watcher, string | undefined>();
  let isLooking = false;
  let newest: string | undefined;

  const give = (watcher: Watcher): void => {
    if (newest !== undefined && watchers.get(watcher) !== newest && watcher(newest) && watchers.has(watcher))
      watchers.set(watcher, newest);
  };

  const look = async (): Promise<void> => {
    try {
      newest = JSON.stringify({ type: 'topic', topic, data: await read() });
      for (const watcher of [...watchers.keys()]) give(watcher);
    } catch (error) {
      // The views cannot be read now: what was given last stands, and the next look comes soon.
      onError(error);
    }
    isLooking = watchers.size > 0;
    // Only now: looks do not pile up on a storage that has become slow.
    if (isLooking) setTimeout(() => void look(), everyMs).unref();
    else newest = undefined;
  };

  return {
    watch: (watcher: Watcher): (() => void) => {
      watchers.set(watcher, undefined);
      if (isLooking) give(watcher);
      else {
        isLooking = true;
        void look();
      }
      return () => void watchers.delete(watcher);
    },
  };
};
