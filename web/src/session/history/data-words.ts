import type { TableSize } from '../../../../domain/session/events.ts';
import type { CheckpointView, HistoryView } from '../../../../projections/history-views.ts';

export const rowCount = (many: number): string =>
  `${many.toLocaleString('en')} ${many === 1 ? 'row' : 'rows'}`;

/** What restoring would do to each table, those that stay as they are left out. */
export const tableChanges = (
  now: readonly TableSize[] | undefined,
  then: readonly TableSize[],
): readonly string[] => {
  const before = new Map((now ?? []).map((table) => [table.name, table.rows]));
  const after = new Map(then.map((table) => [table.name, table.rows]));
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return names.flatMap((name) => {
    const [is, was] = [before.get(name), after.get(name)];
    if (now === undefined) return was === undefined ? [] : [`${name}: ${rowCount(was)} then`];
    if (was === undefined) return [`${name}: ${rowCount(is ?? 0)} now, no such table then`];
    if (is === undefined) return [`${name}: no such table now, ${rowCount(was)} then`];
    return is === was
      ? [`${name}: ${rowCount(is)} now and then`]
      : [`${name}: ${rowCount(is)} now, ${was.toLocaleString('en')} then`];
  });
};

/** Why the data of a version cannot be restored. */
export const whyNotKept = (history: HistoryView, sha: string): string =>
  history.givenUp.includes(sha)
    ? 'The data of this version was given up to make room for newer ones.'
    : 'No data is kept for this version.';

const WHEN: Readonly<Record<CheckpointView['reason'], string>> = {
  start: 'before the first message',
  turn: 'when this version was finished',
  move: 'when you left this version',
  fork: 'before the data of the other app came',
};
export const whenKept = ({ reason }: CheckpointView): string => WHEN[reason];
