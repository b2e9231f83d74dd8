import type { EventStore } from '../ports/event-store.ts';
import type { Snapshots } from '../ports/snapshots.ts';
import type { Context } from './context.ts';
import { followLog } from './follow-log.ts';
import { createJanitor } from './janitor.ts';
import type { Runner } from './runner.ts';

/**
 * Stands where the runner stands in a process that runs no process managers: it keeps the directory, from which claims
 * are made and slugs are found, and starts nothing by itself. Only the sweep an operator asks for is done here.
 */
export const startFollower = (context: Context, store: EventStore, snapshots?: Snapshots): Runner => {
  const { directory, log } = context;
  const stopping = new AbortController();
  const janitor = createJanitor(context, store, stopping.signal);

  const follow = async (reachedHead: () => void): Promise<void> => {
    for await (const { caughtUp } of followLog(store, directory, stopping.signal, { snapshots }))
      if (caughtUp) reachedHead();
  };

  const caughtUp = new Promise<void>((resolve, reject) => {
    follow(resolve).catch((error: unknown) => {
      log.error({ error: String(error) }, 'the directory is no longer followed');
      reject(error instanceof Error ? error : new Error(String(error)));
    });
  });

  return {
    caughtUp,
    // A worker looks at the pool after every claim, and every half minute.
    nudgePool: () => undefined,
    // Whoever looks after the sandbox sees it too, and writes it down.
    sandboxExited: () => undefined,
    sweep: (cause) => janitor.sweep(cause),
    sweptAt: janitor.sweptAt,
    stop: async () => stopping.abort(),
  };
};
