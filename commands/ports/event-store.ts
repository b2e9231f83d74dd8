import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { EventMetadata } from '../../domain/envelope.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An event as it is written: ids are the caller's, so a retry with the same ids is recognised. */
export type NewEvent = {
  /** uuid */
  readonly id: string;
  readonly type: string;
  readonly data: Json;
  readonly metadata: EventMetadata;
};

/** An event as it is kept. `revision` is 0-based and contiguous in its stream; `position` orders the whole store. */
export type StoredEvent = NewEvent & {
  readonly stream: string;
  readonly revision: number;
  /** Opaque and ordered by the store; hand it back as it came. */
  readonly position: string;
};

/** The revision a stream must have for the append to happen: that of its last event, or -1 for no stream yet. */
export type ExpectedRevision = number;

export type AppendError =
  /** Somebody else appended first. `actual` is the stream's last revision, -1 when it does not exist. */
  | {
      readonly tag: 'RevisionConflict';
      readonly stream: string;
      readonly expected: number;
      readonly actual: number;
    }
  /** Nothing was written. */
  | { readonly tag: 'StoreFull'; readonly message: string }
  /** It is not known whether anything was written: retry with the same ids and revision. */
  | { readonly tag: 'StoreUnavailable'; readonly message: string };

export type ReadError = { readonly tag: 'StoreUnavailable'; readonly message: string };

export type Appended = {
  /** Revision of the last event of this append. */
  readonly revision: number;
  /** Position of the last event of this append. */
  readonly position: string;
};

/**
 * Types of which somebody need not hear: they may be left out, which saves reading them, but for the last event there
 * is, whose position says that everything was looked at.
 */
export type Unwanted = ReadonlySet<string>;

/**
 * The log. An append is atomic, durable when it resolves, and idempotent: the same event ids at the same revisions
 * answer as they did the first time, even after later events. A partial overlap of ids is a `RevisionConflict`.
 */
export type EventStore = {
  readonly append: (
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ) => TaskEither<AppendError, Appended>;
  /** Events of one stream from `from` (inclusive, default 0), at most `limit`; an unknown stream reads as empty. */
  readonly readStream: (
    stream: string,
    range?: { readonly from?: number; readonly limit?: number },
  ) => TaskEither<ReadError, readonly StoredEvent[]>;
  /** Events of all streams in position order, strictly after `after` (default: from the start), at most `limit`. */
  readonly readAll: (range: {
    readonly after?: string;
    readonly limit: number;
    readonly without?: Unwanted;
  }) => TaskEither<ReadError, readonly StoredEvent[]>;
  /**
   * Catch-up, then live, without a gap or a duplicate, strictly after `after`: batches of events in position order.
   * `caughtUp` is true on a batch (possibly empty) after which the subscriber has seen everything there was. Ends
   * when `signal` aborts; a failing read is retried inside, with backoff, from the last position delivered.
   */
  readonly subscribeAll: (options: {
    readonly after?: string;
    readonly signal: AbortSignal;
    readonly batchSize?: number;
    readonly without?: Unwanted;
  }) => AsyncIterable<{ readonly events: readonly StoredEvent[]; readonly caughtUp: boolean }>;
  /** Position of the last event, `undefined` in an empty store. */
  readonly head: () => TaskEither<ReadError, string | undefined>;
  readonly close: () => Promise<void>;
};
