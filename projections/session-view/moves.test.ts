import { describe, expect, test } from 'vitest';
import type { FileChange } from '../../domain/session/events.ts';
import type { HistoryView } from '../history-views.ts';
import { checkpointed, committed, initialised, moved } from './history.ts';
import { checkpointsOf, moveTo } from './moves.ts';

const commit = (history: HistoryView, sha: string, changed: readonly FileChange[]): HistoryView =>
  committed(
    history,
    { sha, parent: history.at, turnId: `turn-${sha}`, title: `Turn ${sha}`, changed },
    '2026-01-01T00:00:00Z',
  );
const added = (path: string): FileChange => ({ path, status: 'added' });
const modified = (path: string): FileChange => ({ path, status: 'modified' });
const deleted = (path: string): FileChange => ({ path, status: 'deleted' });
const titles = (turns: readonly { readonly title: string }[]) => turns.map(({ title }) => title);

const a = commit(initialised('root'), 'a', [added('habits.tsx'), modified('app.tsx')]);
const b = commit(a, 'b', [modified('habits.tsx'), added('chart.tsx')]);
/** Back to `a`, and on from there another way. */
const branched = commit(moved(b, 'b', 'a'), 'c', [
  deleted('habits.tsx'),
  added('chart.tsx'),
  added('mail.ts'),
]);

describe('what a move would change', () => {
  test('back: the turns it takes back, and what becomes of their files', () => {
    const { undone, redone, files } = moveTo(b, 'root');
    expect([titles(undone), redone]).toEqual([['Turn b', 'Turn a'], []]);
    expect(files).toEqual([deleted('habits.tsx'), deleted('chart.tsx'), modified('app.tsx')]);
  });

  test('forth: the turns it brings', () => {
    const { undone, redone, files } = moveTo(moved(b, 'b', 'root'), 'b');
    expect([undone, titles(redone)]).toEqual([[], ['Turn a', 'Turn b']]);
    expect(files).toEqual([added('habits.tsx'), modified('app.tsx'), added('chart.tsx')]);
  });

  test('to another branch: back to where they part, and on from there', () => {
    const { undone, redone, files } = moveTo(branched, 'b');
    expect([titles(undone), titles(redone)]).toEqual([['Turn c'], ['Turn b']]);
    expect(files).toEqual([added('habits.tsx'), modified('chart.tsx'), deleted('mail.ts')]);
  });

  test('to where the code is: nothing', () => {
    expect(moveTo(b, 'b')).toEqual({ undone: [], redone: [], files: [] });
  });

  test('leaves out a file that comes and goes on the way', () => {
    const passing = commit(commit(initialised('root'), 'x', [added('draft.md')]), 'y', [deleted('draft.md')]);
    expect(moveTo(passing, 'root').files).toEqual([]);
  });

  test('names the data that could be restored, the newest of that commit', () => {
    const kept = ['one', 'two'].reduce(
      (history, checkpointId) =>
        checkpointed(
          history,
          { attemptId: 'x', checkpointId, sha: 'a', reason: 'turn', bytes: 1, tables: [], dropped: [] },
          '2026-01-01T00:00:00Z',
        ),
      b,
    );
    expect(moveTo(kept, 'a').checkpointId).toBe('two');
    expect(checkpointsOf(kept, 'a').map(({ checkpointId }) => checkpointId)).toEqual(['two', 'one']);
    expect(moveTo(kept, 'root')).not.toHaveProperty('checkpointId');
  });
});
