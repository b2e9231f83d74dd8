import { MaxAppendSizeExceededError, NO_STREAM, WrongExpectedVersionError } from '@eventstore/db-client';
import * as Either from 'fp-ts/lib/Either.js';
import type { AppendError, Appended, NewEvent } from '../../../commands/ports/event-store.ts';
import type { Call, Connection } from './connection.ts';
import { messageOf } from './errors.ts';
import { readStream } from './read-stream.ts';
import { toEventData } from './records.ts';

/** `MaxAppendSize` of EventStoreDB up to 24.10; KurrentDB's own is greater. */
export const MAX_APPEND_BYTES = 1024 * 1024;

/** Room the server needs beside data and metadata: id, type, flags. */
const OVERHEAD_BYTES = 128;

export const sizeOf = (events: readonly NewEvent[]): number =>
  events.reduce(
    (bytes, { type, data, metadata }) =>
      bytes + OVERHEAD_BYTES + Buffer.byteLength(type) + Buffer.byteLength(JSON.stringify([data, metadata])),
    0,
  );

const write =
  (stream: string, expected: number, events: readonly NewEvent[], deadline: number) =>
  async (call: Call): Promise<Appended> => {
    const { nextExpectedRevision } = await call.client.appendToStream(stream, events.map(toEventData), {
      ...call.base,
      deadline,
      expectedRevision: expected === -1 ? NO_STREAM : BigInt(expected),
    });
    const revision = Number(nextExpectedRevision);
    // The answer's own position is that of the whole write: not always the last event's, and absent on a repetition.
    const [last] = await readStream(stream, { from: revision, limit: 1 })(call);
    if (last === undefined) throw new Error('an event that was just appended cannot be read');
    return { revision, position: last.position };
  };

const refusal = (stream: string, expected: number, error: unknown): AppendError => {
  if (error instanceof WrongExpectedVersionError) {
    // Not a number where there is no stream.
    const actual = typeof error.actualVersion === 'bigint' ? Number(error.actualVersion) : -1;
    return { tag: 'RevisionConflict', stream, expected, actual };
  }
  if (error instanceof MaxAppendSizeExceededError) return tooBig(error.maxAppendSize);
  return { tag: 'StoreUnavailable', message: messageOf(error) };
};

const tooBig = (limit: number, bytes?: number): AppendError => ({
  tag: 'StoreFull',
  message: `one append may hold ${limit} bytes in KurrentDB${bytes === undefined ? '' : `, this one has ${bytes}`}: nothing was written`,
});

/**
 * Appends at an explicit revision, which makes it safe to repeat: KurrentDB answers the same ids at the same revisions
 * as it did the first time, also after later events (`IndexWriter.CheckCommit`). So whatever leaves it open whether
 * the events were written is tried again, for `ms` in all.
 */
export const append =
  (connection: Connection, ms: number) =>
  async (
    stream: string,
    expected: number,
    events: readonly NewEvent[],
  ): Promise<Either.Either<AppendError, Appended>> => {
    const bytes = sizeOf(events);
    if (bytes > MAX_APPEND_BYTES) return Either.left(tooBig(MAX_APPEND_BYTES, bytes));
    try {
      return Either.right(await connection.persistently(write(stream, expected, events, ms), ms));
    } catch (error) {
      return Either.left(refusal(stream, expected, error));
    }
  };
