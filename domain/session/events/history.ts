import type { Event, Outcome } from './event.ts';

export type MoveKind = 'undo' | 'redo' | 'jump';

/** A table of the app as a checkpoint holds it; `rows` is exact up to 100,000. */
export type TableSize = { readonly name: string; readonly rows: number };

export type HistoryEvent =
  | Event<'CommitPushed', Outcome<{ sha: string }>>
  /**
   * The session's database was kept as it was while the code was at `sha`. Where nothing had changed since, it is the
   * copy that an earlier checkpoint made, by its id.
   */
  | Event<
      'CheckpointTaken',
      Outcome<{
        checkpointId: string;
        sha: string;
        /** `start`: before the first turn · `turn`: at its end · `move`, `fork`: before other data took its place. */
        reason: 'start' | 'turn' | 'move' | 'fork';
        bytes: number;
        tables: readonly TableSize[];
        /** Copies given up to keep within the limits, oldest first: their data cannot be restored any more. */
        dropped: readonly string[];
      }>
    >
  | Event<
      'HistoryMoveRequested',
      {
        moveId: string;
        from: string;
        to: string;
        kind: MoveKind;
        /** The checkpoint the data is to be restored from; without one the data stays as it is. */
        restore?: string;
      }
    >
  | Event<
      'HistoryMoved',
      Outcome<{ from: string; to: string; kind: MoveKind; data: 'kept' | 'restored'; checkpointId?: string }>
    >;
