import { setTimeout as sleep } from 'node:timers/promises';
import { END, excludeSystemEvents } from '@eventstore/db-client';
import type { Logger } from '../../sqlite-file/logger.ts';
import type { Bell } from '../bell.ts';
import type { Connection } from './connection.ts';
import { messageOf } from './errors.ts';
import { drain } from './streaming.ts';

const BACKOFF_MS = { first: 200, longest: 5_000 };

/**
 * Rings when anybody appends, by one subscription to the end of the log. It only says that there is something to read:
 * one that is dropped, slow or silently dead costs its listeners time, and never an event. Subscribes anew by itself,
 * which client 6 does not, until `signal` aborts.
 */
export const ringOnAppends = async (
  { open, credentials }: Connection,
  bell: Bell,
  signal: AbortSignal,
  logger?: Logger,
): Promise<void> => {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const subscription = open().subscribeToAll({
        fromPosition: END,
        filter: excludeSystemEvents(),
        credentials,
        requiresLeader: true,
      });
      subscription.on('confirmation', () => {
        failures = 0;
        // What was appended while nobody listened.
        bell.ring();
      });
      await drain(subscription, signal, () => {
        bell.ring();
        return true;
      });
    } catch (error) {
      if (signal.aborted) return;
      logger?.warn({ reason: messageOf(error) }, 'the event store ended a subscription; it is made again');
    }
    const pause = Math.min(BACKOFF_MS.longest, BACKOFF_MS.first * 2 ** failures) * (0.5 + Math.random() / 2);
    failures += 1;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
};
