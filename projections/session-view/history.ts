import { ERASED } from '../../domain/envelope.ts';
import type { FileChange } from '../../domain/session/events.ts';
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
  return withTargets({
    ...history,
    commits: [...history.commits, commit],
    childOf: { ...history.childOf, [data.parent]: data.sha },
    at: data.sha,
  });
};

/** What is left of it when its session is forgotten: what a rebuild makes of a log that reads `[erased]`. */
export const forgotten = (history: HistoryView): HistoryView => ({
  ...history,
  commits: history.commits.map((commit) => ({ ...commit, title: ERASED, changed: [] })),
});

/** After a move, redo from each ancestor of both ends leads back towards them. */
export const moved = (history: HistoryView, from: string, to: string): HistoryView => {
  const parentOf = new Map(history.commits.map(({ sha, parent }) => [sha, parent]));
  const childOf: Record<string, string> = { ...history.childOf };
  for (const tip of [from, to]) {
    for (
      let sha = tip, parent = parentOf.get(sha);
      parent !== undefined;
      sha = parent, parent = parentOf.get(sha)
    ) {
      childOf[parent] = sha;
    }
  }
  const { moving: _over, ...rest } = history;
  return withTargets({ ...rest, at: to, childOf });
};

/** A pushed commit takes its ancestors along. */
export const pushed = (history: HistoryView, sha: string): HistoryView => {
  const reached = new Set<string>();
  const parentOf = new Map(history.commits.map((commit) => [commit.sha, commit.parent]));
  for (let at: string | undefined = sha; at !== undefined; at = parentOf.get(at)) reached.add(at);
  return {
    ...history,
    commits: history.commits.map((commit) =>
      reached.has(commit.sha) ? { ...commit, pushed: true } : commit,
    ),
  };
};

const withTargets = (history: HistoryView): HistoryView => {
  const { undo: _undo, redo: _redo, ...rest } = history;
  const undo = history.commits.find(({ sha }) => sha === history.at)?.parent;
  const redo = history.childOf[history.at];
  return {
    ...rest,
    ...(undo === undefined ? {} : { undo }),
    ...(redo === undefined ? {} : { redo }),
  };
};
