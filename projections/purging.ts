import type { FeedEvent } from './ports.ts';
import type { ProjectorDeps } from './projector-deps.ts';

export const forgets = (events: readonly FeedEvent[]): boolean =>
  events.some(({ type }) => type === 'SessionForgotten');

/**
 * Has what `work` writes over or deletes taken off the disk. Due from before it, so that a process killed in between
 * leaves that due; not waited for, as the views are right already and serve meanwhile.
 */
export const purging = async <A>(
  { readModels, log }: Pick<ProjectorDeps, 'readModels' | 'log'>,
  work: () => Promise<A>,
): Promise<A> => {
  const due = async (): Promise<void> => {
    try {
      await readModels.purge();
    } catch (error) {
      log.warn({ error: String(error) }, 'what was forgotten is not off the disk yet');
    }
  };
  void due();
  try {
    return await work();
  } finally {
    void due();
  }
};
