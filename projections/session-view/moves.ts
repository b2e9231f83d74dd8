import { checkpointOf } from '../../domain/session/checkpoints.ts';
import type { FileChange } from '../../domain/session/events.ts';
import { lineage, type Tree } from '../../domain/session/history.ts';
import type { CheckpointView, CommitView, HistoryView, MoveView } from '../history-views.ts';

/**
 * What a move to that commit would change: the turns it takes back, newest first, the turns it brings, oldest first, and
 * the files those have touched. Pure, so that page and API say the same.
 */
export const moveTo = (history: HistoryView, sha: string): MoveView => {
  const tree = treeOf(history);
  const [here, there] = [lineage(tree, history.at), lineage(tree, sha)];
  const shared = new Set(there);
  const meeting = here.find((one) => shared.has(one));
  const undone = commitsOf(history, before(here, meeting));
  const redone = commitsOf(history, before(there, meeting)).toReversed();
  const checkpoint = checkpointOf(history.checkpoints, sha);
  return {
    undone: undone.map(named),
    redone: redone.map(named),
    files: filesChanged(undone, redone),
    ...(checkpoint === undefined ? {} : { checkpointId: checkpoint.checkpointId }),
  };
};

/** All that is kept of one commit's data, newest first. */
export const checkpointsOf = ({ checkpoints }: HistoryView, sha: string): readonly CheckpointView[] =>
  checkpoints.filter((checkpoint) => checkpoint.sha === sha).toReversed();

const treeOf = ({ root, at, childOf, commits }: HistoryView): Tree => ({
  root,
  at,
  childOf,
  parentOf: Object.fromEntries(commits.map((commit) => [commit.sha, commit.parent])),
});

const before = (line: readonly string[], meeting: string | undefined): readonly string[] => {
  const end = meeting === undefined ? -1 : line.indexOf(meeting);
  return end === -1 ? line : line.slice(0, end);
};

const commitsOf = ({ commits }: HistoryView, shas: readonly string[]): readonly CommitView[] => {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  return shas.flatMap((sha) => bySha.get(sha) ?? []);
};

const named = ({ sha, turnId, title }: CommitView): MoveView['undone'][number] => ({ sha, turnId, title });

const BACK = { added: 'deleted', deleted: 'added', modified: 'modified' } as const;

/** Each file once, from what it is now to what it is there; one that comes and goes on the way is none. */
const filesChanged = (
  undone: readonly CommitView[],
  redone: readonly CommitView[],
): readonly FileChange[] => {
  const steps = [
    ...undone.flatMap(({ changed }) => changed.map(({ path, status }) => ({ path, status: BACK[status] }))),
    ...redone.flatMap(({ changed }) => changed),
  ];
  const ways = Map.groupBy(steps, ({ path }) => path);
  return [...ways].flatMap(([path, way]): FileChange[] => {
    const [isHere, isThere] = [way[0]?.status !== 'added', way.at(-1)?.status !== 'deleted'];
    if (!isHere && !isThere) return [];
    return [{ path, status: isHere ? (isThere ? 'modified' : 'deleted') : 'added' }];
  });
};
