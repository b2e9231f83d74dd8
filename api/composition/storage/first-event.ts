import { setTimeout as sleep } from 'node:timers/promises';
import { isLeft } from 'fp-ts/lib/Either.js';
import type { EventStore } from '../../../commands/ports/event-store.ts';
import { StartError } from '../start-error.ts';

/** A store may come up together with this server; whoever started both starts this one again after it. */
const PATIENCE_MS = 30_000;
const AGAIN_MS = 500;

export type FirstEventOptions = {
  readonly patienceMs?: number;
  /** Told once when the log has to be waited for. */
  readonly say?: (line: string) => void;
};

const WHAT_TO_DO =
  'Check EVENTSTORE_URL, and that the server it names runs and lets this one in; `npm run mk0r -- doctor` asks it.';

/**
 * The id of the first event there is: it tells a log from every other, and one that holds nothing has none. Rejects
 * with a `StartError` where the log cannot be read for a while.
 */
export const firstEventId = async (
  store: Pick<EventStore, 'readAll'>,
  { patienceMs = PATIENCE_MS, say = () => undefined }: FirstEventOptions = {},
): Promise<string | undefined> => {
  let isWaiting = false;
  for (const limit = Date.now() + patienceMs; ; await sleep(AGAIN_MS)) {
    const read = await store.readAll({ limit: 1 })();
    if (!isLeft(read)) return read.right[0]?.id;
    const { message } = read.left;
    if (Date.now() > limit)
      throw new StartError(
        `The log cannot be read: ${message}. ${WHAT_TO_DO} Until it can, nobody can tell whether vault and views ` +
          'are those of this log. Nothing was changed.',
      );
    if (!isWaiting)
      say(
        `the log cannot be read yet, waiting up to ${Math.round(patienceMs / 1_000)} s for it: ${message}. ${WHAT_TO_DO}`,
      );
    isWaiting = true;
  }
};
