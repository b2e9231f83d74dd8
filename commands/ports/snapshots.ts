import type { DirectoryState } from '../directory.ts';
import type { StoredEvent } from './event-store.ts';

/** A directory as it was after an event of the log. */
export type Snapshot = {
  readonly last: Pick<StoredEvent, 'stream' | 'revision' | 'id' | 'position'>;
  readonly directory: DirectoryState;
};

/**
 * A snapshot to start from. It is no truth: one that is damaged, or was folded by other code, is none, and whoever loads
 * it makes sure that the log has its last event.
 */
export type Snapshots = {
  /** The one kept last; never rejects. */
  readonly load: () => Promise<Snapshot | undefined>;
  /** Takes the place of the one before, whole or not at all; never rejects. */
  readonly save: (snapshot: Snapshot) => Promise<void>;
};
