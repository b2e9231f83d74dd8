import { ERASED } from '../../domain/envelope.ts';
import { withCheckpoint } from '../../domain/session/checkpoints.ts';
import type { FileChange, MoveKind, SessionEventOf } from '../../domain/session/events.ts';
import {
  childOf,
  committed as grown,
  isKnown,
  lineage,
  moved as movedIn,
  type Tree,
} from '../../domain/session/history.ts';
import type { CommitView, HistoryView } from '../history-views.ts';

export const noHistory: HistoryView = {
  at: '',
  root: '',
  commits: [],
  childOf: {},
  checkpoints: [],
  givenUp: [],
};

export const initialised = (sha: string): HistoryView => ({ ...noHistory, at: sha, root: sha });

/** A quick page has become a full app: its versions stay on view, and no move leads to them any more. */
export const rebased = ({ commits, before = [] }: HistoryView, sha: string): HistoryView => ({
  ...initialised(sha),
  before: [...before, ...commits],
});

/** Another session's commit is the first of this one; what is kept of the data stays. */
export const forkedAt = (history: HistoryView, sha: string): HistoryView => ({
  ...initialised(sha),
  checkpoints: history.checkpoints,
  givenUp: history.givenUp,
});

export const committed = (
  history: HistoryView,
  data: {
    readonly sha: string;
    readonly parent: string;
    readonly turnId: string;
    readonly by?: 'owner';
    readonly title: string;
    readonly changed: readonly FileChange[] | string;
  },
  at: string,
): HistoryView => {
  const commit: CommitView = {
    sha: data.sha,
    parent: data.parent,
    turnId: data.turnId,
    ...(data.by === undefined ? {} : { by: data.by }),
    title: data.title,
    at,
    // Once its session is forgotten, an encrypted list reads `[erased]`.
    changed: Array.isArray(data.changed) ? data.changed : [],
    pushed: false,
  };
  const before = treeOf(history);
  const after = grown(before, data.sha, data.parent);
  // An agent that resets its branch ends at a commit that stands here already.
  const isNew = isKnown(after, data.sha) && !isKnown(before, data.sha);
  const commits = isNew ? [...history.commits, commit] : history.commits;
  return withTargets({ ...history, commits, childOf: after.childOf, at: after.at });
};

/** What is left of it when its session is forgotten: what a rebuild makes of a log that reads `[erased]`. */
export const forgotten = (history: HistoryView): HistoryView => ({
  ...history,
  commits: history.commits.map(erased),
  ...(history.before === undefined ? {} : { before: history.before.map(erased) }),
  checkpoints: history.checkpoints.map((checkpoint) => ({ ...checkpoint, tables: [] })),
});

const erased = (commit: CommitView): CommitView => ({ ...commit, title: ERASED, changed: [] });

export const checkpointed = (
  history: HistoryView,
  { checkpointId, sha, reason, bytes, tables, dropped }: SessionEventOf<'CheckpointTaken'>['data'],
  at: string,
): HistoryView => {
  const readable = Array.isArray(tables) ? tables : [];
  const taken = { checkpointId, sha, at, reason, bytes, tables: readable };
  const checkpoints = withCheckpoint(history.checkpoints, taken, dropped);
  const kept = new Set(checkpoints.map((checkpoint) => checkpoint.sha));
  const lost = history.checkpoints.map((checkpoint) => checkpoint.sha).filter((one) => !kept.has(one));
  const givenUp = [...new Set([...history.givenUp.filter((one) => !kept.has(one)), ...lost])];
  return { ...history, checkpoints, givenUp };
};

/** The database is no longer at its provider, and with it its copies. */
export const dataLost = (history: HistoryView): HistoryView => ({
  ...history,
  checkpoints: [],
  givenUp: [...new Set([...history.givenUp, ...history.checkpoints.map(({ sha }) => sha)])],
});

export const moveAsked = (
  history: HistoryView,
  { to, kind, restore }: { readonly to: string; readonly kind: MoveKind; readonly restore?: string },
): HistoryView => ({
  ...history,
  moving: { to, kind, data: restore === undefined ? 'kept' : 'restored' },
});

export const moved = (history: HistoryView, from: string, to: string): HistoryView => {
  const { moving: _over, ...rest } = history;
  return withTargets({ ...rest, at: to, childOf: movedIn(treeOf(history), from, to).childOf });
};

/** A move that was given up on is over. */
export const stayed = ({ moving: _over, ...history }: HistoryView): HistoryView => history;

/**
 * A sandbox that was rebuilt stands at the last pushed commit, which may be an older one, or at a new first one where
 * nothing had ever been pushed.
 */
export const standingAt = (history: HistoryView, sha: string): HistoryView =>
  history.root === ''
    ? history
    : isKnown(treeOf(history), sha)
      ? withTargets({ ...history, at: sha })
      : initialised(sha);

/** A pushed commit takes its ancestors along. */
export const pushed = (history: HistoryView, sha: string): HistoryView => {
  const reached = new Set(lineage(treeOf(history), sha));
  return {
    ...history,
    commits: history.commits.map((commit) =>
      reached.has(commit.sha) ? { ...commit, pushed: true } : commit,
    ),
  };
};

const treeOf = ({ root, at, commits, childOf }: HistoryView): Tree => ({
  root,
  at,
  childOf,
  parentOf: Object.fromEntries(commits.map(({ sha, parent }) => [sha, parent])),
});

const withTargets = (history: HistoryView): HistoryView => {
  const { undo: _undo, redo: _redo, ...rest } = history;
  const undo = history.commits.find(({ sha }) => sha === history.at)?.parent;
  const redo = childOf(treeOf(history), history.at);
  return {
    ...rest,
    ...(undo === undefined ? {} : { undo }),
    ...(redo === undefined ? {} : { redo }),
  };
};
