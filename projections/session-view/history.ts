import { ERASED } from '../../domain/envelope.ts';
import type { FileChange } from '../../domain/session/events.ts';
import {
  childOf,
  committed as grown,
  isKnown,
  lineage,
  moved as movedIn,
  type Tree,
} from '../../domain/session/history.ts';
import type { CommitView, HistoryView } from '../views.ts';

export const noHistory: HistoryView = { at: '', root: '', commits: [], childOf: {} };

export const initialised = (sha: string): HistoryView => ({ at: sha, root: sha, commits: [], childOf: {} });

export const committed = (
  history: HistoryView,
  data: {
    readonly sha: string;
    readonly parent: string;
    readonly turnId: string;
    readonly title: string;
    readonly changed: readonly FileChange[] | string;
  },
  at: string,
): HistoryView => {
  const commit: CommitView = {
    sha: data.sha,
    parent: data.parent,
    turnId: data.turnId,
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
  commits: history.commits.map((commit) => ({ ...commit, title: ERASED, changed: [] })),
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
