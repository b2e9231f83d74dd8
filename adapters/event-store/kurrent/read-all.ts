import { BACKWARDS, END, type Position, type ResolvedEvent, START } from '@eventstore/db-client';
import type { StoredEvent } from '../../../commands/ports/event-store.ts';
import type { Call } from './connection.ts';
import { decodePosition, encodePosition } from './positions.ts';
import { toStored } from './records.ts';
import { drain } from './streaming.ts';

const SMALLEST_PAGE = 16;

const positionOf = ({ event }: ResolvedEvent): string | undefined =>
  event?.position === undefined ? undefined : encodePosition(event.position);

const page = async (
  { client, base, stalled, progress }: Call,
  from: Position | undefined,
  count: number,
): Promise<readonly ResolvedEvent[]> => {
  const events: ResolvedEvent[] = [];
  const reading = client.readAll({ ...base, fromPosition: from ?? START, maxCount: count });
  await drain(reading, stalled, (resolved) => {
    progress();
    events.push(resolved);
    return true;
  });
  return events;
};

/**
 * Reads of the whole log. The server writes events of its own into it (statistics, above all), and client 6 cannot
 * ask for a read without them: where nothing of ours came after a position, the next read after it begins where that
 * one ended.
 */
export const createReadAll = () => {
  let quiet: { readonly after: string | undefined; readonly upTo: string } | undefined;

  return ({ after, limit }: { readonly after?: string; readonly limit: number }) =>
    async (call: Call): Promise<readonly StoredEvent[]> => {
      const found: StoredEvent[] = [];
      let seen = quiet !== undefined && quiet.after === after ? quiet.upTo : after;
      for (let isMore = true; isMore && found.length < limit; ) {
        // One more than is missing: a read begins with the event at its position.
        const count = Math.max(SMALLEST_PAGE, limit - found.length + 1);
        const read = await page(call, seen === undefined ? undefined : decodePosition(seen), count);
        for (const resolved of read) {
          const position = positionOf(resolved);
          if (position === undefined || (seen !== undefined && position <= seen)) continue;
          seen = position;
          const stored = toStored(resolved);
          if (stored !== undefined) found.push(stored);
        }
        isMore = read.length === count;
      }
      if (found.length === 0 && seen !== undefined) quiet = { after, upTo: seen };
      return found.slice(0, limit);
    };
};

/** Position of the last event of ours. */
export const readHead = async ({ client, base, stalled, progress }: Call): Promise<string | undefined> => {
  let head: string | undefined;
  const reading = client.readAll({ ...base, fromPosition: END, direction: BACKWARDS });
  await drain(reading, stalled, (resolved) => {
    progress();
    head = toStored(resolved)?.position;
    return head === undefined;
  });
  return head;
};
