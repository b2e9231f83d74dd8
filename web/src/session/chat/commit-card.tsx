import { GitCommitHorizontal } from 'lucide-react';
import type { FileChange } from '../../../../domain/session/events.ts';
import { Button } from '../../ui/button.tsx';
import { ChangedFiles } from '../changed-files.tsx';

/** The turn's outcome that can be checked: a commit, by its id, with the files it changed. */
export const CommitCard = ({
  sha,
  changed,
  undone,
  onShow,
}: {
  readonly sha: string;
  readonly changed: readonly FileChange[];
  /** The code has since been moved to before this commit, or to another branch. */
  readonly undone: boolean;
  readonly onShow: (sha: string) => void;
}) => (
  <section
    aria-label={`Commit ${sha.slice(0, 7)}`}
    className="flex items-center gap-2.5 rounded-xl border border-line bg-surface py-1.5 pr-1.5 pl-3"
  >
    <GitCommitHorizontal aria-hidden="true" className="size-4 shrink-0 text-alive" />
    <p className="min-w-0 flex-1 truncate text-small">
      Committed <code className="font-mono text-[0.75rem] text-ink-2">{sha.slice(0, 7)}</code>
      <span className="text-ink-3"> · </span>
      <ChangedFiles brief changed={changed} />
      {undone ? <span className="text-wait"> · undone</span> : null}
    </p>
    <Button small look="quiet" onClick={() => onShow(sha)}>
      Changes
    </Button>
  </section>
);
