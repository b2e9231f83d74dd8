import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import * as Either from 'fp-ts/lib/Either.js';
import type { EventStore, StoredEvent } from '../../commands/ports/event-store.ts';
import type { Logger } from '../sqlite-file/logger.ts';
import type { Bell } from './bell.ts';

type Options = Parameters<EventStore['subscribeAll']>[0] & {
  /** How long a ring is waited for before a look is taken anyway. */
  readonly pollMs?: number;
};
type Batch = { readonly events: readonly StoredEvent[]; readonly caughtUp: boolean };

const BATCH_SIZE = 500;
/** Another process's appends ring no bell here. */
const POLL_MS = 250;
const BACKOFF_MS = { first: 100, longest: 5_000 };

const untilAborted = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/** Catch-up, then live, by reading on from the last position delivered: no hand-over, so no gap and no duplicate. */
export async function* subscription(
  readAll: EventStore['readAll'],
  bell: Bell,
  { after, signal, batchSize = BATCH_SIZE, without, pollMs = POLL_MS }: Options,
  logger?: Logger,
): AsyncGenerator<Batch, void, undefined> {
  let position = after;
  let caughtUp = false;
  let failures = 0;
  while (!signal.aborted) {
    const heard = bell.rings();
    const read = await readAll({
      limit: batchSize,
      ...(position === undefined ? {} : { after: position }),
      ...(without === undefined ? {} : { without }),
    })();
    if (Either.isLeft(read)) {
      logger?.warn({ position, reason: read.left.message }, 'a subscription could not read; it tries again');
      const pause = Math.min(BACKOFF_MS.longest, BACKOFF_MS.first * 2 ** failures);
      // Not all at once: everybody who reads from one store loses it at the same moment.
      await untilAborted(pause * (0.5 + Math.random() / 2), signal);
      failures += 1;
      continue;
    }
    failures = 0;
    const events = read.right;
    const newlyCaughtUp = !caughtUp;
    caughtUp = events.length < batchSize;
    position = events.at(-1)?.position ?? position;
    if (events.length > 0 || newlyCaughtUp) yield { events, caughtUp };
    // A long catch-up is all promises: without a turn of the event loop between reads nobody else would be served.
    await (caughtUp ? bell.wait(heard, pollMs, signal) : nextTurn());
  }
}
