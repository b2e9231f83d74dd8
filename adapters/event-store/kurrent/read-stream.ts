import { START, StreamNotFoundError } from '@eventstore/db-client';
import type { StoredEvent } from '../../../commands/ports/event-store.ts';
import type { Call } from './connection.ts';
import { Refused } from './errors.ts';
import { toStored } from './records.ts';
import { drain } from './streaming.ts';

/** One stream from `from`, at most `limit` events; empty where there is no such stream. */
export const readStream =
  (stream: string, { from, limit }: { readonly from?: number; readonly limit?: number } = {}) =>
  async ({ client, base, stalled, progress }: Call): Promise<readonly StoredEvent[]> => {
    const events: StoredEvent[] = [];
    const reading = client.readStream(stream, {
      ...base,
      fromRevision: from === undefined ? START : BigInt(from),
      ...(limit === undefined ? {} : { maxCount: limit }),
    });
    try {
      await drain(reading, stalled, (resolved) => {
        progress();
        const stored = toStored(resolved);
        // Left out, it would be a hole in what is folded.
        if (stored === undefined) throw new Refused(`the stream ${stream} holds an event mk0r did not write`);
        events.push(stored);
        return true;
      });
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw error;
    }
    return events;
  };
