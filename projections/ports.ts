import type { PublicEvent } from './live.ts';

/** An event on its way to the read side: decoded, with where it stands in the whole log. */
export type FeedEvent = PublicEvent & { readonly stream: string; readonly position: string };

/** The log as projections see it: from after a position, then live, in order, each event once. */
export type EventFeed = {
  readonly subscribe: (options: {
    readonly after?: string;
    readonly signal: AbortSignal;
  }) => AsyncIterable<{ readonly events: readonly FeedEvent[]; readonly caughtUp: boolean }>;
};

export type Row = {
  readonly key: string;
  /** JSON; `undefined` removes the row. */
  readonly doc: unknown;
  /** Values the row is found by, per index name; several per index are allowed. */
  readonly indexes: Readonly<Record<string, readonly string[]>>;
};

/** Keyed documents, one table per projection version. Rejects only when the storage itself fails. */
export type ReadModels = {
  readonly checkpoint: (table: string) => Promise<string | undefined>;
  readonly get: (table: string, key: string) => Promise<unknown>;
  readonly find: (table: string, index: string, value: string) => Promise<readonly unknown[]>;
  /** Rows and checkpoint in one transaction: an event is applied exactly once, whatever happens in between. */
  readonly write: (table: string, rows: readonly Row[], checkpoint: string) => Promise<void>;
  /** Removes every table but these: what older versions of the code left behind. */
  readonly keepOnly: (tables: readonly string[]) => Promise<void>;
  /** Makes what rows held before they were written over unreadable on the disk too; may take a few seconds to begin. */
  readonly purge: () => Promise<void>;
  readonly close: () => Promise<void>;
};
