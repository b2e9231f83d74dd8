import type { Instant } from '../domain/envelope.ts';
import type { FileChange, MoveKind, TableSize } from '../domain/session/events.ts';

/** The versions of a session, the data kept for them, and what moving between them would change. */

export type CommitView = {
  readonly sha: string;
  readonly parent: string;
  /** What it is the commit of: a turn, or a file saved by hand. */
  readonly turnId: string;
  readonly by?: 'owner';
  readonly title: string;
  readonly at: Instant;
  readonly changed: readonly FileChange[];
  readonly pushed: boolean;
};

/** The data of a commit as it was when the code was last at it, or once before; oldest first. */
export type CheckpointView = {
  readonly checkpointId: string;
  readonly sha: string;
  readonly at: Instant;
  /** `move`, `fork`: what was there before other data took its place. */
  readonly reason: 'start' | 'turn' | 'move' | 'fork';
  readonly bytes: number;
  readonly tables: readonly TableSize[];
};

export type HistoryView = {
  /** The commit the working tree is at; `root` is the template's own first commit, or the one that was forked. */
  readonly at: string;
  readonly root: string;
  readonly commits: readonly CommitView[];
  /** Versions of the quick page the app was before, oldest first: to be read, not to be moved to. */
  readonly before?: readonly CommitView[];
  /** The child each commit was last left for: where redo leads from it. */
  readonly childOf: Readonly<Record<string, string>>;
  /** Where undo and redo lead from `at`; absent when there is nowhere to go. */
  readonly undo?: string;
  readonly redo?: string;
  readonly moving?: { readonly to: string; readonly kind: MoveKind; readonly data: 'kept' | 'restored' };
  /** What can be restored. */
  readonly checkpoints: readonly CheckpointView[];
  /** Commits whose data was kept and was given up since, to keep within the limits. */
  readonly givenUp: readonly string[];
};

type MovedTurn = { readonly sha: string; readonly turnId: string; readonly title: string };

/** What a move to one commit would change. */
export type MoveView = {
  readonly undone: readonly MovedTurn[];
  readonly redone: readonly MovedTurn[];
  readonly files: readonly FileChange[];
  /** What the data would be restored from; absent where it is not kept. */
  readonly checkpointId?: string;
};

/** The history with what each move in it would change; `tables` are the app's own, as they are now. */
export type HistoryAnswer = HistoryView & {
  readonly moves: Readonly<Record<string, MoveView>>;
  /** Absent where the database cannot be read at the moment. */
  readonly tables?: readonly TableSize[];
};
