import type { FileChange } from '../../../domain/session/events.ts';

const count = (changed: readonly FileChange[], status: FileChange['status']): number =>
  changed.filter((file) => file.status === status).length;

/** `7 files: 5 new, 2 changed`, or only `7 files` where room is short. */
export const ChangedFiles = ({
  changed,
  brief = false,
}: {
  readonly changed: readonly FileChange[];
  readonly brief?: boolean;
}) => {
  const parts = [
    [count(changed, 'added'), 'new'],
    [count(changed, 'modified'), 'changed'],
    [count(changed, 'deleted'), 'deleted'],
  ] as const;
  const words = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return (
    <span className="text-ink-3 tabular" title={changed.map(({ path }) => path).join('\n')}>
      {changed.length} {changed.length === 1 ? 'file' : 'files'}
      {brief || words.length === 0 ? '' : `: ${words.join(', ')}`}
    </span>
  );
};
