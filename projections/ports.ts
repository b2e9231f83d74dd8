import type { PublicEvent } from './live.ts';

/** An event on its way to the read side: decoded, with where it stands in the whole log. */
export type FeedEvent = PublicEvent & { readonly stream: string; readonly position: string };

export type Batch = { readonly events: readonly FeedEvent[]; readonly caughtUp: boolean };

/** The log as projections see it: from after a position, then live, in order, each event at least once. */
export type EventFeed = {
  readonly subscribe: (options: {
    readonly after?: string;
    readonly signal: AbortSignal;
    readonly batchSize?: number;
    /** Types it need not hear of: they may be left out, but for the last event there is. */
    readonly without?: ReadonlySet<string>;
  }) => AsyncIterable<Batch>;
  /** How many events there are up to a position, or in all. An estimate will do: it is for progress only. */
  readonly count: (upTo?: string) => Promise<number>;
  /** Set where `count` counts the log's bytes, as in KurrentDB, and not its events; known once it has counted any. */
  readonly unit?: () => 'bytes' | undefined;
};

export type Row = {
  readonly key: string;
  /** JSON; `undefined` removes the row. */
  readonly doc: unknown;
  /** Values the row is found by, per index name; several per index are allowed. */
  readonly indexes: Readonly<Record<string, readonly string[]>>;
};

/**
 * What a table of a projection is there for. `building` is read by nobody yet, `serving` by everybody; `kept` is the
 * one that served before, to go back to. A projection has at most one of each.
 */
export type TableRole = 'building' | 'serving' | 'kept';

export type Table = {
  /** e.g. `session_view_v2`, or `session_view_v2~3` for its third generation. */
  readonly name: string;
  readonly projection: string;
  readonly version: number;
  /** From 1; one more each time the same version is built anew. */
  readonly generation: number;
};

export type CataloguedTable = Table & {
  readonly role: TableRole;
  /** An operator went back to it: it serves until somebody says otherwise, whatever the code's version. */
  readonly pinned: boolean;
};

/** Who has brought a table to a checkpoint: this server, or another one that keeps it too. */
export type Written = 'here' | 'elsewhere';

/** Keyed documents, one table per projection version. Rejects only when the storage itself fails. */
export type ReadModels = {
  /** Other servers may keep the same tables. */
  readonly isShared: boolean;
  /**
   * How far a table is. Whoever writes it goes on from there, and nobody else in the process asks meanwhile: a write is
   * refused where another server has written since.
   */
  readonly checkpoint: (table: string) => Promise<string | undefined>;
  /** How far readers may have seen a table that other servers write, too; whoever writes it here is none the wiser. */
  readonly reached?: (table: string) => Promise<string | undefined>;
  readonly get: (table: string, key: string) => Promise<unknown>;
  readonly find: (table: string, index: string, value: string) => Promise<readonly unknown[]>;
  /**
   * Rows and checkpoint in one transaction: an event is applied exactly once, whatever happens in between. `elsewhere`:
   * nothing was written, as the table is there already; what the writer has read of it may have been ahead of its events.
   */
  readonly write: (table: string, rows: readonly Row[], checkpoint: string) => Promise<Written>;

  readonly tables: (projection: string) => Promise<readonly CataloguedTable[]>;
  /** Enters a new table as the one being built; one that was being built before is dropped. */
  readonly begin: (table: Table) => Promise<void>;
  /**
   * The last rows, the checkpoint and the switch in one transaction: the table serves from now on, the one that did is
   * kept, and the one that was kept is dropped.
   */
  readonly serve: (
    table: Table,
    last: { readonly rows: readonly Row[]; readonly checkpoint?: string; readonly pinned: boolean },
  ) => Promise<void>;
  /** A table that serves by then stays: others read it. */
  readonly drop: (table: string) => Promise<void>;

  /** Makes what rows held before they were written over unreadable on the disk too; may take a few seconds to begin. */
  readonly purge: () => Promise<void>;
  readonly close: () => Promise<void>;
};
