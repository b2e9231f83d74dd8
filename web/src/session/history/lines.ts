import type { CommitView, HistoryView } from '../../../../projections/history-views.ts';

/** `here`: the working tree is at it. `behind`: on the way to it. `ahead`: redo leads there. `aside`: another branch. */
export type Place = 'here' | 'behind' | 'ahead' | 'aside';
export type Entry = { readonly commit: CommitView; readonly place: Place };

/** The commits, newest first, each with where it lies as seen from the present. Nothing is ever left out. */
export const entries = (history: HistoryView): readonly Entry[] => {
  const parents = new Map(history.commits.map(({ sha, parent }) => [sha, parent]));
  const behind = new Set<string>();
  for (let sha = parents.get(history.at); sha !== undefined && !behind.has(sha); sha = parents.get(sha)) {
    behind.add(sha);
  }
  const ahead = new Set<string>();
  for (
    let sha = history.childOf[history.at];
    sha !== undefined && !ahead.has(sha);
    sha = history.childOf[sha]
  ) {
    ahead.add(sha);
  }
  const placeOf = (sha: string): Place => {
    if (sha === history.at) return 'here';
    if (behind.has(sha)) return 'behind';
    return ahead.has(sha) ? 'ahead' : 'aside';
  };
  return history.commits.toReversed().map((commit) => ({ commit, place: placeOf(commit.sha) }));
};

/** Commits that are not part of the code as it is now. */
export const undoneCommits = (history: HistoryView | undefined): ReadonlySet<string> =>
  new Set(
    history === undefined
      ? []
      : entries(history).flatMap(({ commit, place }) =>
          place === 'ahead' || place === 'aside' ? [commit.sha] : [],
        ),
  );
