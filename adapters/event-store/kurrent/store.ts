import * as TaskEither from 'fp-ts/lib/TaskEither.js';
import type { EventStore, ReadError } from '../../../commands/ports/event-store.ts';
import type { Logger } from '../../sqlite-file/logger.ts';
import { createBell } from '../bell.ts';
import { subscription } from '../subscription.ts';
import type { KurrentAddress } from './address.ts';
import { append } from './append.ts';
import { type Call, createConnection } from './connection.ts';
import { ringOnAppends } from './doorbell.ts';
import { messageOf } from './errors.ts';
import { createReadAll, readHead } from './read-all.ts';
import { readStream } from './read-stream.ts';

export type KurrentOptions = {
  readonly address: KurrentAddress;
  /** How long an append, a read of a stream or of the head is tried before it is given up. A visitor waits for it. */
  readonly patienceMs?: number;
  readonly logger?: Logger;
};

/** Command handling reads and then appends, and has two seconds to say that the store is away; the rest is its own. */
const PATIENCE_MS = 1_500;
/** For a page of the whole log, from one event to the next. */
const PAGE_MS = 5_000;
/** The doorbell's subscription may be dead without a word. */
const POLL_MS = 1_000;

/**
 * The log in KurrentDB, or EventStoreDB from 22.6. Connects when it is first asked, and again by itself whenever the
 * server was away. Subscribers read on from the last position delivered whenever the doorbell rings: no hand-over from
 * reading to listening, so no gap and no duplicate, and nothing is held for whoever is slow.
 */
export const createKurrentEventStore = ({
  address,
  patienceMs = PATIENCE_MS,
  logger,
}: KurrentOptions): EventStore => {
  const connection = createConnection(address);
  const appendTo = append(connection, patienceMs);
  const pageOf = createReadAll();
  const bell = createBell();
  const closing = new AbortController();
  let listening: Promise<void> | undefined;

  const reading = <A>(read: () => Promise<A>): TaskEither.TaskEither<ReadError, A> =>
    TaskEither.tryCatch(read, (error) => ({ tag: 'StoreUnavailable', message: messageOf(error) }));
  const persistently = <A>(action: (call: Call) => Promise<A>) =>
    reading(() => connection.persistently(action, patienceMs));
  const readAll: EventStore['readAll'] = (range) => reading(() => connection.attempt(pageOf(range), PAGE_MS));

  return {
    append: (stream, expected, events) => async () => {
      const answer = await appendTo(stream, expected, events);
      if (answer._tag === 'Right') bell.ring();
      return answer;
    },
    readStream: (stream, range) => persistently(readStream(stream, range)),
    readAll,
    subscribeAll: (options) => {
      listening ??= ringOnAppends(connection, bell, closing.signal, logger);
      const signal = AbortSignal.any([options.signal, closing.signal]);
      return subscription(readAll, bell, { ...options, signal, pollMs: POLL_MS }, logger);
    },
    head: () => persistently(readHead),
    close: async () => {
      closing.abort();
      await listening;
      await connection.close();
    },
  };
};
